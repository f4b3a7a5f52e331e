import { expect, test } from "vitest";
import { sleep } from "../../src/ambient.ts";
import { DeviceFaultError } from "../../src/errors.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { unhandledRejections } from "../unhandled.ts";
import { relay } from "./relay.ts";

const unhandled = unhandledRejections();
const oven = {
  heater: { safe: false },
  brake: { safe: false, emergency: "keep" },
  vent: { safe: false, emergency: true },
} as const;

async function openOven() {
  const one = relay(oven);
  const bench = await openBench({ relay: one });
  const levels = () => Object.keys(oven).map((name) => bench.twins.relay.level(name));
  const trip = () => bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  return { bench, device: one.device, levels, trip };
}

test("in an emergency each output goes where its contract says, and what is to be kept is kept", async () => {
  const { bench, device, levels, trip } = await openOven();
  await bench.run("relay", "put", { on: true });
  device.kept.length = 0;
  const { things } = await trip();
  expect([levels(), things]).toEqual([[false, true, true], { relay: { confirmed: true } }]);
  // It is for the driver to bring what is no pin to safety, too, and to leave what is kept.
  expect(device.kept).toEqual([["brake", "vent"]]);
});

test("an output to be kept in an emergency is kept although a client had cancelled before", async () => {
  const { bench, levels, trip } = await openOven();
  const run = bench.start("relay", "hold");
  await bench.clock.advance(10);
  await bench.cancel(run);
  await bench.clock.advance(10);
  await trip();
  await bench.ended(run);
  await bench.clock.advance(2000);
  expect([run.forced, levels()]).toEqual([true, [false, true, true]]);
});

test("cut off without an emergency, every output goes to its safe level", async () => {
  const { bench, device, levels } = await openOven();
  const run = bench.start("relay", "hold");
  await bench.clock.advance(10);
  device.kept.length = 0;
  await bench.cancel(run);
  await bench.ended(run);
  expect([run.forced, levels(), device.kept]).toEqual([true, [false, false, false], [[]]]);
});

const failingStops = {
  "that throws at once": () => {
    throw new TypeError("a bug");
  },
  "that fails later": async () => {
    await sleep(10);
    throw new DeviceFaultError("jammed");
  },
};

for (const [how, stop] of Object.entries(failingStops)) {
  test(`a stop ${how} keeps no output from being cut off, and is reported`, async () => {
    const { bench, device, levels, trip } = await openOven();
    await bench.run("relay", "put", { on: true });
    device.stop = stop;
    device.kept.length = 0;
    const { things } = await trip();
    expect([levels(), device.kept]).toEqual([[false, true, true], [["brake", "vent"]]]);
    expect(things["relay"]).toEqual({ confirmed: false, error: expect.stringMatching(/a bug|jammed/) });
    expect(unhandled).toEqual([]);
  });
}

test("a pin that fails beside a stop that fails is a report, and keeps no other output from being cut off", async () => {
  const one = relay({ heater: { safe: false }, laser: { safe: false } });
  const bench = await openBench({ relay: one });
  await bench.run("relay", "put", { on: true });
  bench.twins.relay.breakLine("heater");
  one.device.stop = failingStops["that fails later"];
  const { things } = await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  await bench.clock.advance(100);
  expect(things["relay"]).toEqual({ confirmed: false, error: expect.any(String) });
  expect([bench.twins.relay.level("laser"), unhandled]).toEqual([false, []]);
});

test("a pin that fails keeps neither the other outputs from going safe nor the gateway from closing", async () => {
  const [broken, sound] = [
    relay({ heater: { safe: false }, laser: { safe: false } }),
    relay({ fan: { safe: false } }, 2),
  ];
  const bench = await openBench({ broken, sound });
  await bench.run("broken", "put", { on: true });
  await bench.run("sound", "put", { on: true });
  bench.twins.broken.breakLine("heater");
  await bench.close();
  expect([bench.thing("broken").state, bench.thing("sound").state]).toEqual(["closed", "closed"]);
  expect([bench.twins.broken.level("laser"), bench.twins.sound.level("fan")]).toEqual([false, false]);
  expect(bench.logged.join("\n")).toContain("its outputs could not be brought to their safe levels: Error: EIO");
});

test("a Thing that faults drives its outputs to their safe levels before it gives the lines back", async () => {
  const one = relay({ vent: { safe: true } });
  const bench = await openBench({ relay: one });
  await bench.run("relay", "put", { on: false });
  const levels: boolean[] = [];
  bench.twins.relay.watch("vent", (level) => levels.push(level));
  one.device.fail();
  await bench.clock.advance(10);
  expect([bench.thing("relay").state, levels]).toEqual(["faulted", [true, false]]);
});

test("the latch is not cleared before the last output has had its turn: it would have it in the middle of new work", async () => {
  const bench = await openBench({ relay: relay({ pump: { safe: false }, valve: { safe: false, afterMs: 4000 } }) });
  const { emergencyStop } = bench.gateway;
  await bench.run("relay", "put", { on: true });
  const stopped = emergencyStop.trip("ada");
  await bench.clock.advance(3500);
  await expect(emergencyStop.clear("bob")).rejects.toThrow("the emergency stop is still being carried out");
  expect([emergencyStop.latch?.by, bench.twins.relay.level("valve")]).toEqual(["ada", true]);
  await bench.clock.until(stopped);
  expect(bench.twins.relay.level("valve")).toBe(false);
  await emergencyStop.clear("bob");
  expect(emergencyStop.latch).toBeUndefined();
});

test("as long as the stop is latched each output stays where the emergency wants it, whatever else makes it safe", async () => {
  const { bench, levels, trip } = await openOven();
  const relay = bench.thing("relay");
  await bench.run("relay", "put", { on: true });
  await trip();
  await bench.clock.until(relay.leaseLost());
  expect(levels()).toEqual([false, true, true]);
  // To be closed knows no emergency: what was kept is off then, and the vent open again when it is opened.
  await bench.clock.until(relay.reset());
  expect(levels()).toEqual([false, false, true]);
  await bench.clock.until(bench.gateway.emergencyStop.clear("ada"));
  await bench.clock.until(relay.leaseLost());
  expect(levels()).toEqual([false, false, false]);
});

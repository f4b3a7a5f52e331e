import { Type } from "typebox";
import { expect, test } from "vitest";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineThing } from "../../src/thing/define.ts";
import { boiler } from "./boiler.ts";
import { relay } from "./relay.ts";

const oneMinute = { heater: { safe: false, maxOnMs: 60_000 } } as const;

test("an output that is on for longer than it may be goes safe by itself, and what runs fails and says why", async () => {
  const one = relay({ heater: { safe: false, maxOnMs: 30_000 } });
  const bench = await openBench({ relay: one });
  const run = bench.start("relay", "hold");
  await bench.clock.advance(29_999);
  expect(bench.twins.relay.level("heater")).toBe(true);
  await bench.clock.advance(1);
  expect(bench.twins.relay.level("heater")).toBe(false);
  await bench.ended(run);
  expect(run.status).toBe("error");
  expect(run.error).toMatchObject({ code: "BENCHD_OUTPUT_LIMIT" });
  expect(run.error?.message).toContain("relay.heater was on for longer than 30 s (maxOnMs)");
  expect(bench.logged.join("\n")).toContain("relay.heater was on for longer than 30 s");
});

test("active low or with another safe value, the same is true", async () => {
  const one = relay({ vent: { safe: true, maxOnMs: 1000 } });
  const gpio = { vent: { line: 0, activeLow: true } };
  const bench = await openBench({ relay: { ...one, gpio } });
  await bench.run("relay", "put", { on: false });
  expect(bench.twins.relay.level("vent")).toBe(true);
  await bench.clock.advance(1000);
  expect(bench.twins.relay.level("vent")).toBe(false);
});

test("the time begins anew when it was at its safe value in between, and not when it is only set again", async () => {
  const one = relay(oneMinute);
  const bench = await openBench({ relay: one });
  const level = () => bench.twins.relay.level("heater");
  await bench.run("relay", "put", { on: true });
  await bench.clock.advance(50_000);
  await bench.run("relay", "put", { on: false });
  await bench.run("relay", "put", { on: true });
  await bench.clock.advance(50_000);
  await bench.run("relay", "put", { on: true });
  expect(level()).toBe(true);
  await bench.clock.advance(10_001);
  expect(level()).toBe(false);
});

test("after its time is over it is not switched on again before somebody has switched it off", async () => {
  const one = relay(oneMinute);
  one.device.notes = false;
  const bench = await openBench({ relay: one });
  await bench.run("relay", "put", { on: true });
  await bench.clock.advance(60_000);
  const refused = await bench.run("relay", "put", { on: true });
  expect([refused.error, bench.twins.relay.level("heater")]).toMatchObject([{ code: "BENCHD_OUTPUT_LIMIT" }, false]);
  await bench.run("relay", "put", { on: false });
  await bench.run("relay", "put", { on: true });
  expect(bench.twins.relay.level("heater")).toBe(true);
});

test("an output that has to be renewed goes safe when nobody sets it again", async () => {
  const one = relay({ laser: { safe: false, renewEveryMs: 500 } });
  const bench = await openBench({ relay: one });
  for (let times = 0; times < 5; times++) {
    await bench.run("relay", "put", { on: true });
    await bench.clock.advance(400);
    expect(bench.twins.relay.level("laser")).toBe(true);
  }
  await bench.clock.advance(100);
  expect(bench.twins.relay.level("laser")).toBe(false);
  expect(bench.logged.join("\n")).toContain("relay.laser was not set again within 0.5 s (renewEveryMs)");
});

test("what a bench allows is what counts, where its driver allows more or says nothing", async () => {
  const one = { ...relay({ heater: { safe: false } }), outputs: { heater: { maxOnMs: 1000 } } };
  const bench = await openBench({ relay: one });
  await bench.run("relay", "put", { on: true });
  await bench.clock.advance(1000);
  expect(bench.twins.relay.level("heater")).toBe(false);
});

test("an output behind a cable is brought to safety by its driver, by what was written to the property that drives it", async () => {
  const one = boiler({ maxOnMs: 5000 });
  const bench = await openBench({ boiler: one });
  await bench.write("boiler", "on", true);
  const run = bench.start("boiler", "wait");
  await bench.clock.advance(4500);
  expect([one.state.on, run.status]).toEqual([true, "running"]);
  await bench.ended(run);
  await bench.clock.advance(200);
  expect([one.state.on, run.error]).toMatchObject([false, { code: "BENCHD_OUTPUT_LIMIT" }]);
  // The driver has taken note: it may be used again.
  await bench.write("boiler", "on", true);
  expect(one.state.on).toBe(true);
});

test("somebody switches it on at the device: once that is read, its time counts", async () => {
  const one = boiler({ maxOnMs: 5000 });
  const bench = await openBench({ boiler: one });
  one.state.on = true;
  await bench.read("boiler", "on");
  await bench.clock.advance(5200);
  expect(one.state.on).toBe(false);
});

test("a device that does not obey when the time is over is told of, and what cuts it off does", async () => {
  const one = boiler({ maxOnMs: 5000 });
  const power = relay({ supply: { safe: false } });
  const bench = await openBench({ power, boiler: { ...one, outputs: { element: { cutBy: "power.supply" } } } });
  await bench.run("power", "put", { on: true });
  await bench.write("boiler", "on", true);
  one.state.obeys = false;
  await bench.clock.advance(5500);
  expect([one.state.on, bench.twins.power.level("supply")]).toEqual([true, false]);
  expect(bench.logged.join("\n")).toContain("power.supply is made safe, as it cuts off what nobody knows to be safe");
});

test("time that is over is over for good: a closed Thing leaves no timer behind", async () => {
  const one = relay(oneMinute);
  const bench = await openBench({ relay: one });
  await bench.run("relay", "put", { on: true });
  await bench.close();
  expect(bench.clock.nextDue()).toBeUndefined();
});

test("of an output that is no pin, and that no property drives, the driver tells the level", async () => {
  const device = { on: false, set: (_: boolean | number) => {} };
  const definition = defineThing({
    title: "Stirrer",
    config: Type.Object({}),
    outputs: { plate: { safe: 0, renewEveryMs: 1000 } },
    async open({ output }) {
      device.set = (level) => output("plate").set(level);
      expect(() => output("palte")).toThrow('tells of "palte", which is none of its outputs');
      return {
        safe(kept) {
          if (!kept.includes("plate")) device.on = false;
        },
      };
    },
  });
  const bench = await openBench({ stirrer: { definition } });
  device.on = true;
  device.set(300);
  await bench.clock.advance(900);
  device.set(400);
  await bench.clock.advance(900);
  expect(device.on).toBe(true);
  await bench.clock.advance(100);
  expect(device.on).toBe(false);
});

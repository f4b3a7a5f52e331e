import { expect, test } from "vitest";
import { sleep } from "../../src/ambient.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { never, steeredThing } from "../thing/device.ts";

async function openPump() {
  const { device, definition } = steeredThing();
  const bench = await openBench({ pump: { definition } });
  const { emergencyStop } = bench.gateway;
  const trip = async () => (await bench.clock.until(emergencyStop.trip("ada"))).things["pump"];
  device.calls.length = 0;
  return { bench, device, emergencyStop, trip };
}

test("an emergency stop stops the device, then has its driver make it safe", async () => {
  const { device, trip } = await openPump();
  expect([await trip(), device.calls]).toEqual([{ confirmed: true }, ["stop", "safe"]]);
});

test("pressed again while the first is not confirmed, the stop is sent again", async () => {
  const { bench, device, emergencyStop } = await openPump();
  device.stop = never;
  const first = emergencyStop.trip("ada");
  await bench.clock.advance(2000);
  device.calls.length = 0;
  const second = emergencyStop.trip("ada");
  expect(device.calls).toEqual(["stop"]);
  await bench.clock.until(Promise.all([first, second]));
});

test("of very many presses at once only some are carried out, and all are told what came of them", async () => {
  const { bench, device, emergencyStop } = await openPump();
  device.stop = () => sleep(100);
  const presses = Array.from({ length: 1000 }, (_, i) => emergencyStop.trip("eve", `reason ${i}`));
  const reports = await bench.clock.until(Promise.all(presses));
  expect(reports.filter(({ things }) => things["pump"]?.confirmed).length).toBe(1000);
  expect(device.calls.filter((call) => call === "stop").length).toBeLessThan(10);
  const pressed = bench.gateway.audit.page({ limit: 1000, what: "emergency_stop" });
  expect(pressed.length).toBeLessThan(30);
  expect(pressed.reduce((sum, { times }) => sum + times, 0)).toBe(1000);
  // Nothing of it keeps the next stop from being sent.
  await bench.clock.until(emergencyStop.clear("ada"));
  device.calls.length = 0;
  await bench.clock.until(emergencyStop.trip("ada"));
  expect(device.calls).toContain("stop");
});

test("what the device confirms to the later press counts for the one before, too", async () => {
  const { bench, device, emergencyStop } = await openPump();
  device.stop = async () => {
    await sleep(100);
    throw new Error("the second stop broke in");
  };
  const first = emergencyStop.trip("ada");
  await bench.clock.advance(50);
  device.stop = () => sleep(500);
  const second = emergencyStop.trip("ada");
  const reports = await bench.clock.until(Promise.all([first, second]));
  expect(reports.map(({ things }) => things["pump"])).toEqual([{ confirmed: true }, { confirmed: true }]);
});

test("a stop that was never answered keeps none from being sent after a reset", async () => {
  const { bench, device, emergencyStop, trip } = await openPump();
  device.stop = never;
  expect(await trip()).toMatchObject({ confirmed: false });
  device.stop = () => Promise.resolve();
  await bench.clock.until(emergencyStop.clear("ada"));
  await bench.clock.until(bench.thing("pump").reset());
  device.calls.length = 0;
  expect([await trip(), device.calls]).toEqual([{ confirmed: true }, ["stop", "safe"]]);
});

test("a Thing that is being opened has confirmed nothing", async () => {
  const { bench, device, trip } = await openPump();
  device.open = () => sleep(10_000);
  const reset = bench.thing("pump").reset();
  await bench.clock.advance(100);
  expect(bench.thing("pump").state).toBe("opening");
  expect(await trip()).toEqual({ confirmed: false, error: "pump is opening" });
  await bench.clock.until(reset);
});

test("a press of a button stands in the audit trail under the name of its Thing", async () => {
  const { bench, emergencyStop } = await openPump();
  emergencyStop.press("pump", "the button is pressed");
  await bench.clock.advance(100);
  await bench.clock.until(emergencyStop.clear("ada"));
  expect(bench.gateway.audit.page({ limit: 2 })).toMatchObject([
    { by: "ada", what: "emergency_stop.cleared" },
    { by: "pump", what: "emergency_stop.pressed", detail: "the button is pressed" },
  ]);
});

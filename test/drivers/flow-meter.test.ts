import { openBench, openThing } from "benchd/testing";
import { expect, test } from "vitest";
import { Pulses } from "../../drivers/flow-meter/pulses.ts";
import definition from "../../drivers/flow-meter.ts";
import valve from "../../drivers/valve.ts";
import twin from "../../hardware-mocks/flow-meter.ts";
import valveTwin from "../../hardware-mocks/valve.ts";

const gpio = { pulses: { line: 27 } };
const config = { pulsesPerLitre: 5880, maxFlow: 6000 };

const openMeter = () => openThing({ definition, twin, gpio, config });

test("it tells the flow, and zero some time after the last pulse", async () => {
  const { bench, twin: meter } = await openMeter();
  expect(await bench.read("thing", "flow")).toBe(0);
  meter.pour(300);
  await bench.clock.advance(5000);
  expect(await bench.read("thing", "flow")).toBeCloseTo(300, 0);
  meter.pour(0);
  await bench.clock.advance(1000);
  expect(await bench.read("thing", "flow")).toBeLessThan(15);
  await bench.clock.advance(1500);
  expect(await bench.read("thing", "flow")).toBe(0);
});

test("it adds up the volume, until it is reset", async () => {
  const { bench, twin: meter } = await openMeter();
  meter.pour(300);
  await bench.clock.advance(60_000);
  expect(await bench.read("thing", "volume")).toBeCloseTo(300, 0);
  await bench.run("thing", "reset_total");
  expect(await bench.read("thing", "volume")).toBe(0);
  await bench.clock.advance(6000);
  expect(await bench.read("thing", "volume")).toBeCloseTo(30, 0);
});

test("measuring gives the volume of that time and the mean flow, whoever resets the total meanwhile", async () => {
  const { bench, twin: meter } = await openMeter();
  meter.pour(120);
  const run = bench.start("thing", "measure", { seconds: 10 });
  await bench.clock.advance(5000);
  expect(run.progress).toBeCloseTo(50, 0);
  const { output } = await bench.ended(run);
  expect(output).toEqual({ volume: expect.closeTo(20, 0), flow: expect.closeTo(120, 0) });
});

test("a volume that is waited for is told when it has passed, no later than the next look", async () => {
  const { bench, twin: meter } = await openMeter();
  meter.pour(600);
  const run = await bench.run("thing", "wait_for_volume", { volume: 25 });
  expect([run.status, run.output]).toEqual(["completed", { volume: expect.closeTo(25, 0) }]);
  expect(bench.clock.now()).toBeLessThan(2700);
});

test("waiting for a volume fails when nothing flows any more, and says how much has passed", async () => {
  const { bench, twin: meter } = await openMeter();
  meter.pour(600);
  const run = bench.start("thing", "wait_for_volume", { volume: 100, patience: 5 });
  await bench.clock.advance(1000);
  meter.disconnect();
  await bench.ended(run);
  expect(run.error?.message).toMatch(/nothing has flowed for 5 s, after (9\.\d|10\.\d) of 100 mL/);
  expect(bench.clock.now()).toBeLessThan(6500);
});

test("pulses that come faster than the meter can make them are told, and are in no volume", async () => {
  const { bench, twin: meter } = await openMeter();
  const run = bench.start("thing", "measure", { seconds: 2 });
  await bench.clock.advance(1000);
  meter.disturb(50);
  await bench.ended(run);
  expect(run.error?.message).toContain("49 pulses were lost or came faster than the meter can make them");
  expect([await bench.read("thing", "doubtful"), await bench.read("thing", "volume")]).toEqual([49, 1000 / 5880]);
  expect(bench.logged.filter((line) => line.includes("look at its cable"))).toHaveLength(1);
  await bench.run("thing", "reset_total");
  expect(await bench.read("thing", "doubtful")).toBe(0);
});

test("a storm of edges is bounded, and those that were lost are counted as doubtful", async () => {
  const { bench, twin: meter } = await openMeter();
  meter.disturb(10_000);
  await bench.clock.advance(1000);
  // What was lost is told with the next edge.
  meter.pour(300);
  await bench.clock.advance(1000);
  const doubtful = Number(await bench.read("thing", "doubtful"));
  expect(Math.abs(doubtful - 9999)).toBeLessThanOrEqual(1);
  expect(await bench.read("thing", "volume")).toBeCloseTo(5, 0);
});

test("it counts what a valve in the same pipe lets through", async () => {
  const bench = await openBench({
    valve: { definition: valve, twin: valveTwin, gpio: { valve: { line: 16 } } },
    flow: { definition, twin, gpio, config },
  });
  await bench.run("valve", "open_for", { seconds: 20 });
  await bench.clock.advance(1000);
  expect(await bench.read("flow", "volume")).toBeCloseTo(100, 0);
});

test("slow pulses have a rate, too, and it falls while the next is overdue", () => {
  const pulses = new Pulses(1, 10_000);
  for (const at of [1000, 5000]) pulses.add(at);
  expect(pulses.rate(6000)).toBeCloseTo(0.25);
  expect(pulses.rate(13_000)).toBeCloseTo(0.125);
  expect(pulses.rate(15_001)).toBe(0);
});

test("one pulse alone is no flow, nor is the first after a standstill", () => {
  const pulses = new Pulses(1, 2000);
  pulses.add(1000);
  expect(pulses.rate(1001)).toBe(0);
  pulses.add(60_000);
  expect(pulses.rate(60_001)).toBe(0);
});

import { openBench } from "benchd/testing";
import { Type } from "typebox";
import { expect, test } from "vitest";
import definition from "../../drivers/syringe-pump.ts";
import twin from "../../hardware-mocks/syringe-pump.ts";
import { DeviceResetError } from "../../src/errors.ts";
import { defineThing } from "../../src/thing/define.ts";

async function openPump() {
  const bench = await openBench({ pump: { definition, twin, config: { diameter: 26.59, syringeVolume: 60 } } });
  await bench.write("pump", "rate", 6);
  return { bench, pump: bench.twins.pump };
}

/** A dose that ends because the pump was without power for a moment, `ms` after it began. */
async function cutOff(action: "dispense" | "withdraw", ms: number) {
  const { bench, pump } = await openPump();
  await bench.write("pump", "remaining", 30);
  pump.path.content = 30;
  const dose = bench.start("pump", action, { volume: 5 });
  await bench.clock.until(pump.received("RUN"));
  await bench.clock.advance(ms);
  const [before] = dose.delivery;
  pump.powerCycle();
  await bench.ended(dose);
  return { bench, pump, dose, before };
}

const messages = (invocation: { log: { entries(): readonly { message: string }[] } }) =>
  invocation.log.entries().map(({ message }) => message);

test("a power cut in mid-dose keeps what was confirmed, and leaves the rest uncertain", async () => {
  const { bench, dose, before } = await cutOff("dispense", 3600);
  expect(before?.confirmed).toBeGreaterThan(0.25);
  expect(dose.delivery[0]?.confirmed).toBe(before?.confirmed);
  expect(dose.delivery[0]?.uncertain).toBeCloseTo(5 - (before?.confirmed ?? 0), 6);
  expect(dose.outcome).toBe("unknown");
  expect(messages(dose)).toContainEqual(expect.stringContaining("lost its count with its power"));
  expect(await bench.read("pump", "remaining")).toBeCloseTo(30 - (before?.confirmed ?? 0), 6);
});

test("a power cut shows by the counter, too, when someone at the keys has acknowledged the alarm", async () => {
  const { bench, pump } = await openPump();
  const dose = bench.start("pump", "dispense", { volume: 5 });
  await bench.clock.until(pump.received("RUN"));
  await bench.clock.advance(3600);
  const [before] = dose.delivery;
  pump.powerCycle();
  pump.pressStop();
  await bench.ended(dose);
  expect(dose.error).toBeInstanceOf(DeviceResetError);
  expect(dose.delivery[0]).toEqual(before);
});

test("the next dose after a power cut is counted as ever", async () => {
  const { bench, before } = await cutOff("dispense", 3600);
  const { output, delivery } = await bench.run("pump", "dispense", { volume: 1 });
  expect([output, delivery[0]?.uncertain]).toEqual([{ dispensed: 1 }, 0]);
  expect(await bench.read("pump", "remaining")).toBeCloseTo(29 - (before?.confirmed ?? 0), 6);
});

test("what a power cut left of a withdrawal counts as drawn in, so that the plunger is never pulled out", async () => {
  const { bench, pump } = await cutOff("withdraw", 3600);
  const remaining = Number(await bench.read("pump", "remaining"));
  expect(remaining).toBe(35);
  expect(remaining).toBeGreaterThanOrEqual(pump.path.content);
});

test.each([20, 3600])("a counter at 0 makes nothing of a dose certain that lost its power after %d ms", async (ms) => {
  const { bench, dose } = await cutOff("dispense", ms);
  const [told] = dose.delivery;
  expect(told?.uncertain).toBeGreaterThan(4);
  await bench.clock.until(bench.thing("pump").reset());
  expect(bench.thing("pump").state).toBe("ready");
  expect(dose.delivery[0]).toEqual(told);
  expect(messages(dose).join()).not.toContain("no longer uncertain");
});

test("the counter of a later stroke makes no earlier dose certain", async () => {
  const { bench, dose } = await cutOff("dispense", 3600);
  const [told] = dose.delivery;
  await bench.run("pump", "dispense", { volume: 2 });
  await bench.clock.until(bench.thing("pump").reset());
  expect(dose.delivery[0]).toEqual(told);
});

test("the counter of the last stroke settles that stroke, and is not taken for the sum of an invocation's strokes", async () => {
  const twice = defineThing({
    title: "Two strokes",
    config: Type.Object({}),
    uses: { pump: definition },
    actions: { go: { title: "Go", reserves: ["pump"] } },
    open: async ({ things }) => ({
      invoke: {
        async go() {
          await things.pump.invoke.dispense({ volume: 1 });
          await things.pump.invoke.dispense({ volume: 5 });
        },
      },
    }),
  });
  const bench = await openBench({
    pump: { definition, twin, config: { diameter: 26.59, syringeVolume: 60 } },
    twice: { definition: twice, uses: { pump: "pump" } },
  });
  await bench.write("pump", "rate", 6);
  const run = bench.start("twice", "go");
  await bench.clock.advance(30_000);
  bench.twins.pump.unplug();
  await bench.ended(run);
  const [told] = run.delivery;
  expect([run.steps.length, told?.requested]).toEqual([2, 6]);
  expect(told?.uncertain).toBeGreaterThan(0);
  bench.twins.pump.plug();
  await bench.clock.advance(60_000);
  expect(bench.thing("pump").state).toBe("ready");
  const [settled] = run.delivery;
  expect(settled).toMatchObject({ requested: 6, uncertain: 0 });
  expect(settled?.confirmed).toBeCloseTo(bench.twins.pump.path.pushed, 2);
});

test("a counter that began again after a power cut makes nothing certain, though it shows much", async () => {
  const { bench, pump } = await openPump();
  const dose = bench.start("pump", "dispense", { volume: 5 });
  await bench.clock.until(pump.received("RUN"));
  await bench.clock.advance(3000);
  pump.unplug();
  await bench.ended(dose);
  const [told] = dose.delivery;
  // Someone has set the pump to go on by itself.
  pump.enter({ resumes: true });
  pump.powerCycle();
  await bench.clock.advance(20_000);
  pump.plug();
  await bench.clock.advance(30_000);
  expect(bench.thing("pump").state).toBe("ready");
  expect(await bench.read("pump", "dispensed")).toBeGreaterThan(told?.confirmed ?? 0);
  expect(dose.delivery[0]).toEqual(told);
});

test("a pump that lost its power while it was away says that its syringe counts as full", async () => {
  const { bench, pump } = await openPump();
  await bench.run("pump", "dispense", { volume: 2 });
  pump.unplug();
  pump.powerCycle();
  pump.plug();
  await bench.clock.advance(60_000);
  expect(await bench.read("pump", "remaining")).toBe(60);
  expect(bench.logged.at(-1)).toContain("the syringe counts as full");
});

import { DiscreteClock, simulatedBench } from "benchd/testing";
import { expect, test } from "vitest";
import makeValve from "../../hardware-mocks/valve.ts";
import { pipe } from "../../hardware-mocks/world/pipe.ts";
import { SimulatedGpioChip } from "../../src/transport/gpio-simulated.ts";
import { FaultBoard } from "../../src/twin/fault-board.ts";

const wiring = {
  valve: { line: 16 },
  opened_contact: { line: 25, activeLow: true, pull: "up" },
  closed_contact: { line: 26, activeLow: true, pull: "up" },
} as const;

async function openValve(config = {}) {
  const clock = new DiscreteClock();
  const chip = new SimulatedGpioChip(clock);
  const bench = simulatedBench(clock);
  const valve = bench.place(makeValve, "valve", config, { chip, wiring });
  const coil = await chip.openOutput(wiring.valve, "test", false);
  const opened = await chip.openInput({ ...wiring.opened_contact, debounceMs: 25 }, "test");
  const closed = await chip.openInput({ ...wiring.closed_contact, debounceMs: 25 }, "test");
  const contacts = () => [opened.read(), closed.read()];
  return { clock, valve, coil, contacts, water: bench.share(pipe) };
}

test("the plunger follows the coil some time later, and its contacts follow the plunger", async () => {
  const { clock, valve, coil, contacts, water } = await openValve();
  await clock.advance(100);
  expect([valve.opened, contacts(), water.flow]).toEqual([false, [false, true], 0]);
  coil.write(true);
  expect([valve.energised, valve.opened]).toEqual([true, false]);
  await clock.advance(100);
  expect([valve.opened, contacts(), water.flow]).toEqual([true, [true, false], 300]);
});

test("a normally open one passes water without current", async () => {
  const { clock, valve, coil, water } = await openValve({ normally: "open" });
  expect([valve.opened, water.flow]).toEqual([true, 300]);
  coil.write(true);
  await clock.advance(100);
  expect([valve.opened, water.flow]).toEqual([false, 0]);
});

test("a stuck plunger stays where it is until it is freed", async () => {
  const { clock, valve, coil } = await openValve();
  valve.stick();
  coil.write(true);
  await clock.advance(1000);
  expect(valve.opened).toBe(false);
  valve.free();
  expect(valve.opened).toBe(true);
});

test("the fault stuck holds the plunger until it is ended", async () => {
  const { clock, valve, coil } = await openValve();
  const faults = new FaultBoard(valve);
  faults.apply("stuck", {});
  coil.write(true);
  await clock.advance(1000);
  expect(valve.opened).toBe(false);
  faults.end("stuck");
  expect(valve.opened).toBe(true);
});

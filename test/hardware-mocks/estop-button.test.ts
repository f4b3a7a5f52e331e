import { DiscreteClock, simulatedBench } from "benchd/testing";
import { expect, test } from "vitest";
import makeButton from "../../hardware-mocks/estop-button.ts";
import { SimulatedGpioChip } from "../../src/transport/gpio-simulated.ts";
import { FaultBoard } from "../../src/twin/fault-board.ts";

const line = 24;

async function openButton() {
  const clock = new DiscreteClock();
  const chip = new SimulatedGpioChip(clock);
  const wiring = { contact: { line, activeLow: true, pull: "up" } } as const;
  const button = simulatedBench(clock).place(makeButton, "estop", {}, { chip, wiring });
  await chip.openInput(wiring.contact, "test");
  let edges = 0;
  chip.watchLevel(line, () => edges++);
  /** Whether the contact is closed, to ground, when it has come to rest, and how often it changed. */
  const rest = async () => {
    await clock.advance(100);
    const seen = [!chip.level(line), edges];
    edges = 0;
    return seen;
  };
  return { clock, chip, button, rest };
}

test("its contact is closed from the first, without a bounce", async () => {
  const { rest } = await openButton();
  expect(await rest()).toEqual([true, 0]);
});

test("a press opens the contact, a release closes it, with bounces", async () => {
  const { button, rest } = await openButton();
  button.press();
  const [pressed, edges] = await rest();
  expect([pressed, Number(edges) > 2]).toEqual([false, true]);
  button.release();
  expect((await rest())[0]).toBe(true);
});

test("a broken wire opens it, and no release closes it again", async () => {
  const { button, rest } = await openButton();
  button.breakWire();
  expect((await rest())[0]).toBe(false);
  button.press();
  button.release();
  expect((await rest())[0]).toBe(false);
  button.mendWire();
  expect((await rest())[0]).toBe(true);
});

test("shaken, it opens once and closes", async () => {
  const { button, rest } = await openButton();
  button.shake(3);
  expect(await rest()).toEqual([true, 2]);
});

test.each(["pressed", "broken_wire"])("the fault %s opens the contact until it is ended", async (name) => {
  const { button, rest } = await openButton();
  const faults = new FaultBoard(button);
  faults.apply(name, {});
  expect((await rest())[0]).toBe(false);
  faults.end(name);
  expect((await rest())[0]).toBe(true);
});

import { openBench } from "benchd/testing";
import { expect, test } from "vitest";
import balance from "../../drivers/balance.ts";
import dispenser from "../../drivers/dispenser.ts";
import pump from "../../drivers/syringe-pump.ts";
import balanceTwin from "../../hardware-mocks/balance.ts";
import pumpTwin from "../../hardware-mocks/syringe-pump.ts";
import { DeviceFaultError, InputError, OperatedLocallyError } from "../../src/errors.ts";

async function openDispenser() {
  const bench = await openBench({
    pump: { definition: pump, twin: pumpTwin, config: { diameter: 26.59, syringeVolume: 60 } },
    balance: { definition: balance, twin: balanceTwin },
    dispenser: { definition: dispenser, uses: { pump: "pump", balance: "balance" } },
  });
  await bench.write("pump", "rate", 6);
  bench.twins.balance.put(35);
  await bench.clock.advance(3000);
  const onPan = async () => {
    await bench.clock.advance(5000);
    bench.twins.pump.world.workOut();
    return bench.twins.balance.cell.gross - 35;
  };
  return { bench, onPan };
}

test("a dose of 2.5 g lands within 0.1 g, and the ledger tells both grams and millilitres", async () => {
  const { bench, onPan } = await openDispenser();
  const dose = await bench.run("dispenser", "dose", { mass: 2.5, tolerance: 0.1 });
  expect([dose.status, dose.error]).toEqual(["completed", undefined]);
  expect(Math.abs((await onPan()) - 2.5)).toBeLessThan(0.105);
  expect(dose.output).toEqual({ mass: expect.closeTo(await onPan(), 2) });
  expect(dose.progress).toBe(100);
  const grams = dose.delivery.find(({ unit }) => unit === "g");
  expect(grams?.requested).toBe(2.5);
  expect(grams?.confirmed).toBeCloseTo(await onPan(), 2);
  expect(dose.delivery.find(({ unit }) => unit === "mL")?.confirmed).toBeGreaterThan(2.3);
});

test("doses of many sizes land within their tolerance", async () => {
  const { bench } = await openDispenser();
  for (const [mass, tolerance] of [
    [0.2, 0.1],
    [0.5, 0.05],
    [1, 0.05],
    [5, 0.06],
    [10, 0.1],
  ] as const) {
    const dose = await bench.run("dispenser", "dose", { mass, tolerance });
    expect([mass, dose.status, dose.error?.message]).toEqual([mass, "completed", undefined]);
    const { mass: gained } = dose.output as { mass: number };
    expect(Math.abs(gained - mass)).toBeLessThanOrEqual(tolerance);
  }
});

test("what is reported lies on the pan, however long drops fall from the tube", async () => {
  // Each name has a tube, and drops, of its own.
  for (const name of ["a", "b", "c", "d", "e", "f", "g", "h"]) {
    const placed = { definition: pump, twin: pumpTwin, config: { diameter: 26.59, syringeVolume: 60 } };
    const bench = await openBench({
      balance: { definition: balance, twin: balanceTwin },
      [name]: placed,
      dispenser: { definition: dispenser, uses: { pump: name, balance: "balance" } },
    });
    await bench.write(name, "rate", 6);
    for (let i = 0; i < 5; i++) {
      const dose = await bench.run("dispenser", "dose", { mass: 0.1, tolerance: 0.05 });
      expect([name, dose.status, dose.error?.message]).toEqual([name, "completed", undefined]);
      await bench.clock.advance(10_000);
      const after = (await bench.run("balance", "weigh")).output as { value: number };
      const { mass } = dose.output as { mass: number };
      expect([name, Math.abs(mass - after.value) < 0.005]).toEqual([name, true]);
    }
  }
});

test("a tolerance below a drop is refused before anything moves", async () => {
  const { bench } = await openDispenser();
  const dose = await bench.run("dispenser", "dose", { mass: 1, tolerance: 0.01 });
  expect(dose.error).toBeInstanceOf(InputError);
  expect(bench.twins.pump.commands).not.toContain("RUN");
});

test.each([0.08, 0.1, 1e-300])("%d g, no more than the tolerance, is refused before anything moves", async (mass) => {
  const { bench } = await openDispenser();
  const dose = await bench.run("dispenser", "dose", { mass });
  expect(dose.error).toBeInstanceOf(InputError);
  expect(dose.error?.message).toContain(`${mass < 0.001 ? "1e-300" : mass.toFixed(3)} g is no more than the tolerance`);
  expect([bench.twins.pump.path.pushed, bench.twins.balance.commands.includes("T")]).toEqual([0, false]);
});

test.each([58, 1e9])("%d g, more than the syringe has, is refused with what it has", async (mass) => {
  const { bench } = await openDispenser();
  await bench.write("pump", "remaining", 57.5);
  const dose = await bench.run("dispenser", "dose", { mass });
  expect(dose.error).toBeInstanceOf(InputError);
  expect(dose.error?.message).toContain(`is ${mass} mL, but there are at most 57.5 mL in the syringe`);
  expect([bench.twins.pump.path.pushed, bench.twins.balance.commands.includes("T")]).toEqual([0, false]);
});

test("a dose makes progress while its first stroke is under way", async () => {
  const { bench } = await openDispenser();
  const dosing = bench.start("dispenser", "dose", { mass: 2.5 });
  await bench.clock.until(bench.twins.pump.received("RUN"));
  const seen: number[] = [];
  while (bench.twins.pump.state.prompt === "I") {
    await bench.clock.advance(3000);
    seen.push(dosing.progress ?? 0);
  }
  expect(seen.length).toBeGreaterThan(5);
  expect(seen.every((now, i) => now > (seen[i - 1] ?? 0))).toBe(true);
  await bench.ended(dosing);
  expect([dosing.status, dosing.progress]).toEqual(["completed", 100]);
});

test("a reading of the pump that fails costs a dose nothing but a little progress", async () => {
  const { bench } = await openDispenser();
  const dosing = bench.start("dispenser", "dose", { mass: 2.5 });
  await bench.clock.until(bench.twins.pump.received("RUN"));
  await bench.clock.advance(1500);
  const restore = bench.twins.pump.override(/DIS/, () => {
    restore();
    return "00II0.150W0.000XX";
  });
  await bench.ended(dosing);
  expect([dosing.status, dosing.error?.message]).toEqual(["completed", undefined]);
});

test.each(["empty", "beside the pan"] as const)(
  "with the outlet %s it gives up, and wastes little",
  async (obstacle) => {
    const { bench } = await openDispenser();
    bench.twins.pump.obstruct(obstacle);
    const dose = await bench.run("dispenser", "dose", { mass: 2.5 });
    expect(dose.error).toBeInstanceOf(DeviceFaultError);
    expect(dose.error?.message).toContain("less than half");
    expect(bench.twins.pump.path.pushed).toBeLessThan(3);
  },
);

test("with the tube blocked the pump's stall ends the dose", async () => {
  const { bench } = await openDispenser();
  bench.twins.pump.obstruct("blocked");
  const dose = await bench.run("dispenser", "dose", { mass: 2.5 });
  expect(dose.error?.message).toContain("stalled");
});

test("too much on the pan is a failure, not a dose", async () => {
  const { bench } = await openDispenser();
  const dosing = bench.start("dispenser", "dose", { mass: 2.5 });
  await bench.clock.until(bench.twins.pump.received("RUN"));
  bench.twins.balance.put(1);
  await bench.ended(dosing);
  expect(dosing.error?.message).toContain("overshot");
});

test("someone who tares in mid-dose ends it", async () => {
  const { bench } = await openDispenser();
  const dosing = bench.start("dispenser", "dose", { mass: 2.5 });
  await bench.clock.until(bench.twins.pump.received("RUN"));
  await bench.clock.advance(10_000);
  bench.twins.balance.pressTare();
  await bench.ended(dosing);
  expect(dosing.error).toBeInstanceOf(OperatedLocallyError);
});

test("a cancelled dose stops the pump, and tells what has landed after the dribble", async () => {
  const { bench, onPan } = await openDispenser();
  const dosing = bench.start("dispenser", "dose", { mass: 2.5 });
  await bench.clock.until(bench.twins.pump.received("RUN"));
  await bench.clock.advance(8000);
  await bench.cancel(dosing);
  await bench.ended(dosing);
  expect([dosing.status, dosing.forced]).toEqual(["cancelled", false]);
  expect(bench.twins.pump.state.prompt).toBe("S");
  const grams = dosing.delivery.find(({ unit }) => unit === "g");
  expect(grams?.confirmed).toBeCloseTo(await onPan(), 2);
  expect(grams?.confirmed).toBeGreaterThan(0.4);
  expect(grams?.uncertain).toBe(0);
  const told = dosing.log.entries().map(({ message }) => message);
  expect(told).toContain(`${grams?.confirmed.toFixed(3)} g on the pan`);
  expect(told).toContainEqual(expect.stringMatching(/^the pump stopped at 0\.\d+ mL of 2\.25 mL$/));
});

test("what a pump that cannot be reached may pump on is uncertain, however steady the pan seems", async () => {
  const { bench } = await openDispenser();
  await bench.write("pump", "rate", 0.2);
  const dosing = bench.start("dispenser", "dose", { mass: 2.5 });
  await bench.clock.until(bench.twins.pump.received("RUN"));
  await bench.clock.advance(20_000);
  bench.twins.pump.unplug();
  await bench.ended(dosing);
  const grams = dosing.delivery.find(({ unit }) => unit === "g");
  expect([dosing.status, dosing.outcome]).toEqual(["error", "unknown"]);
  expect((grams?.confirmed ?? 0) + (grams?.uncertain ?? 0)).toBeCloseTo(2.5, 6);
  const { pushed } = bench.twins.pump.path;
  await bench.clock.advance(10_000);
  expect(bench.twins.pump.path.pushed).toBeGreaterThan(pushed);
});

test("a stop pressed on the pump ends the whole dose, not only its step", async () => {
  const { bench } = await openDispenser();
  const dosing = bench.start("dispenser", "dose", { mass: 2.5 });
  await bench.clock.until(bench.twins.pump.received("RUN"));
  await bench.clock.advance(3000);
  const stopped = bench.start("pump", "stop");
  await bench.ended(dosing);
  await bench.ended(stopped);
  expect([stopped.status, dosing.status, dosing.reason]).toEqual(["completed", "cancelled", "stopped"]);
  const pushed = bench.twins.pump.path.pushed;
  await bench.clock.advance(60_000);
  expect(bench.twins.pump.path.pushed).toBe(pushed);
});

test("a dose waits until pump and balance are both free", async () => {
  const { bench } = await openDispenser();
  const pumping = bench.start("pump", "dispense", { volume: 1 });
  const dosing = bench.start("dispenser", "dose", { mass: 1 });
  await bench.clock.advance(2000);
  expect([pumping.status, dosing.status]).toEqual(["running", "pending"]);
  await bench.ended(dosing);
  expect([pumping.status, dosing.status]).toEqual(["completed", "completed"]);
});

test("prime pumps without weighing", async () => {
  const { bench } = await openDispenser();
  const primed = await bench.run("dispenser", "prime", { volume: 2 });
  expect(primed.status).toBe("completed");
  expect(bench.twins.pump.path.pushed).toBeCloseTo(2, 6);
});

test("an hour of doses passes in a moment", async () => {
  const { bench } = await openDispenser();
  const from = bench.clock.now();
  let doses = 0;
  while (bench.clock.now() - from < 3_600_000) {
    if (bench.twins.pump.path.content < 3) bench.twins.pump.path.refill(bench.clock.now());
    await bench.write("pump", "remaining", 60);
    if (bench.twins.balance.cell.gross > 180) bench.twins.balance.put(35 - bench.twins.balance.cell.gross);
    const dose = await bench.run("dispenser", "dose", { mass: 2.5 });
    expect([doses, dose.status, dose.error?.message]).toEqual([doses, "completed", undefined]);
    doses++;
  }
  expect(doses).toBeGreaterThan(60);
});

import { openBench, type Placed } from "benchd/testing";
import { expect, test } from "vitest";
import definition from "../../drivers/syringe-pump.ts";
import twin from "../../hardware-mocks/syringe-pump.ts";

const pump = (address: number) =>
  ({ definition, twin, bus: "rs485", config: { address, diameter: 26.59, syringeVolume: 60 } }) satisfies Placed;

const openPumps = () => openBench({ left: pump(0), right: pump(1) });

test("two pumps on one bus dose at the same time, each heeding its own address", async () => {
  const bench = await openPumps();
  for (const name of ["left", "right"] as const) await bench.write(name, "rate", 10);
  const doses = [bench.start("left", "dispense", { volume: 1 }), bench.start("right", "dispense", { volume: 2 })];
  for (const dose of doses) await bench.ended(dose);
  expect(doses.map(({ status, output }) => [status, output])).toEqual([
    ["completed", { dispensed: expect.closeTo(1, 2) }],
    ["completed", { dispensed: expect.closeTo(2, 2) }],
  ]);
  expect(bench.twins.left.commands.length).toBeGreaterThan(10);
  expect(bench.logged.filter((line) => /noise|nobody waits|unresponsive/.test(line))).toEqual([]);
  await bench.close();
});

test("a pump that is switched off on the bus is disconnected alone, and the other goes on dosing", async () => {
  const bench = await openPumps();
  await bench.write("left", "rate", 10);
  const dose = bench.start("left", "dispense", { volume: 5 });
  await bench.clock.advance(1000);
  bench.twins.right.powerOff();
  await bench.clock.until(
    bench.gateway
      .thing("right")
      .read("state")
      .catch(() => {}),
  );
  await bench.clock.advance(5000);
  expect(bench.thing("right").state).not.toBe("ready");
  await bench.ended(dose);
  expect([dose.status, dose.output]).toEqual(["completed", { dispensed: expect.closeTo(5, 2) }]);
  bench.twins.right.powerOn();
  await bench.clock.advance(60_000);
  expect(bench.thing("right").state).toBe("ready");
  await bench.close();
});

test("F52: a stop of one pump leaves at once, whatever is said to the other, and both confirm", async () => {
  const bench = await openPumps();
  for (const name of ["left", "right"] as const) await bench.write(name, "rate", 1);
  bench.start("left", "dispense", { volume: 5 });
  const dose = bench.start("right", "dispense", { volume: 5 });
  await bench.clock.advance(2000);
  const pressedAt = bench.clock.now();
  const stop = bench.start("right", "stop");
  await bench.clock.until(bench.twins.right.received("STP"));
  expect(bench.clock.now() - pressedAt).toBeLessThan(10);
  await bench.ended(stop);
  await bench.ended(dose);
  expect([stop.status, dose.status]).toEqual(["completed", "cancelled"]);
  expect(bench.twins.right.state.prompt).toBe("S");
  expect(bench.thing("right").state).toBe("ready");
  await bench.run("left", "stop");
  expect(bench.twins.left.state.prompt).toBe("S");
  await bench.close();
});

test("unplugging the bus loses both pumps, and both come back", async () => {
  const bench = await openPumps();
  bench.twins.left.unplug();
  await bench.clock.advance(100);
  expect([bench.thing("left").state, bench.thing("right").state]).toEqual(["disconnected", "disconnected"]);
  bench.twins.left.plug();
  await bench.clock.advance(60_000);
  expect([bench.thing("left").state, bench.thing("right").state]).toEqual(["ready", "ready"]);
  await bench.close();
});

test("an alarm that one pump tells unasked, while the other is spoken to, ends its own dose and not the other's", async () => {
  const bench = await openPumps();
  for (const name of ["left", "right"] as const) await bench.write(name, "rate", 10);
  const left = bench.start("left", "dispense", { volume: 5 });
  const right = bench.start("right", "dispense", { volume: 5 });
  await bench.clock.advance(2000);
  await bench.clock.until(bench.twins.left.received("DIS"));
  bench.twins.right.powerCycle();
  await bench.ended(right);
  expect(right.error?.message).toContain("its power was interrupted");
  await bench.ended(left);
  expect([left.status, left.output]).toEqual(["completed", { dispensed: expect.closeTo(5, 2) }]);
  expect([bench.thing("right").state, await bench.read("right", "rate")]).toEqual(["ready", 10]);
  await bench.close();
});

test("each pump on a bus is fed, while the other one doses", async () => {
  const bench = await openPumps();
  await bench.write("left", "rate", 1);
  await bench.run("left", "dispense", { volume: 1 });
  expect([bench.twins.left.state.alarm, bench.twins.right.state.alarm]).toEqual([undefined, undefined]);
  await bench.close();
  await bench.clock.advance(20_000);
  expect([bench.twins.left.state.safe, bench.twins.right.state.safe]).toEqual([0, 0]);
});

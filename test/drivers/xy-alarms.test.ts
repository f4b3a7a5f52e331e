import { openBench, simulatedBench } from "benchd/testing";
import { expect, test } from "vitest";
import definition from "../../drivers/xy.ts";
import sangaboard from "../../hardware-mocks/stage.ts";
import twin from "../../hardware-mocks/xy.ts";
import { DeviceFaultError, DeviceResetError } from "../../src/errors.ts";
import { newClock, openTerminal } from "../hardware-mocks/talk.ts";
import { xy as placed } from "./placed.ts";

async function homed() {
  const bench = await openBench({ xy: placed });
  await bench.run("xy", "home");
  return { bench, xy: bench.twins.xy };
}

async function underWay() {
  const stage = await homed();
  const move = stage.bench.start("xy", "move_to", { x: -200, feed_rate: 1200 });
  await stage.bench.clock.until(stage.xy.received(/\$J=.*/));
  await stage.bench.clock.advance(3000);
  return { ...stage, move };
}

/** Ready or not, where it takes itself to be, and what it is doing. */
async function told(bench: Awaited<ReturnType<typeof homed>>["bench"]) {
  return [bench.thing("xy").state, await bench.read("xy", "position"), await bench.read("xy", "state")];
}

test("a limit switch fails the move at once, whoever's question the alarm comes in between", async () => {
  const { bench, xy, move } = await underWay();
  const from = bench.clock.now();
  const reading = bench.read("xy", "position").catch(() => {});
  xy.hitLimit("X");
  await bench.clock.advance(50);
  await reading;
  await bench.ended(move);
  expect(move.error).toBeInstanceOf(DeviceFaultError);
  expect(move.error?.message).toContain("alarm 1: a limit switch was hit");
  expect(bench.clock.now() - from).toBeLessThan(5000);
});

test("after a limit switch it stays ready, but locked, and nobody knows where it is until it is homed", async () => {
  const { bench, xy, move } = await underWay();
  xy.hitLimit("X");
  await bench.ended(move);
  await bench.clock.advance(3000);
  expect(await told(bench)).toEqual(["ready", null, "alarm"]);
  expect((await bench.run("xy", "move_to", { x: -10 })).status).toBe("error");
  xy.releaseLimit();
  expect((await bench.run("xy", "home")).status).toBe("completed");
  expect(await told(bench)).toEqual(["ready", { x: -1, y: -1, z: -1 }, "idle"]);
});

test("an alarm while nothing runs is an event, and the position is gone", async () => {
  const { bench, xy } = await homed();
  const news: unknown[] = [];
  bench.thing("xy").observe((told) => told.kind === "event" && news.push(told.data));
  xy.hitLimit("Y");
  await bench.clock.advance(5000);
  expect(news).toEqual([{ code: 1, text: expect.stringContaining("limit switch") }]);
  expect(await told(bench)).toEqual(["ready", null, "alarm"]);
});

test.each(["pressReset", "powerCycle"] as const)("%s in mid-move fails it, and the position is null", async (how) => {
  const { bench, xy, move } = await underWay();
  xy[how]();
  await bench.ended(move);
  expect(move.error).toBeInstanceOf(DeviceResetError);
  await bench.clock.advance(20_000);
  expect(await told(bench)).toEqual(["ready", null, "alarm"]);
});

test("the reset button of the controller in mid-move fails it as a reset, without opening it anew", async () => {
  const { bench, xy, move } = await underWay();
  const { generation } = bench.thing("xy");
  xy.pressSoftReset();
  await bench.ended(move);
  expect(move.error).toBeInstanceOf(DeviceResetError);
  await bench.clock.advance(5000);
  expect(await told(bench)).toEqual(["ready", null, "alarm"]);
  expect(bench.thing("xy").generation).toBe(generation);
});

test("an alarm after which it did not start anew does not hide a later reset", async () => {
  const { bench, xy } = await homed();
  xy.say("ALARM:9");
  await bench.clock.advance(1000);
  await bench.run("xy", "home");
  xy.powerCycle();
  await bench.clock.advance(20_000);
  expect(await told(bench)).toEqual(["ready", null, "alarm"]);
});

test("a power cut while it homes fails homing", async () => {
  const bench = await openBench({ xy: placed });
  const home = bench.start("xy", "home");
  await bench.clock.advance(1000);
  bench.twins.xy.powerCycle();
  await bench.ended(home);
  expect(home.error).toBeInstanceOf(DeviceResetError);
});

test("a port that opens without a reset finds it as it is: what moved is stopped, the position is not believed", async () => {
  const { bench, xy, move } = await underWay();
  xy.keepOnOpen();
  xy.unplug();
  await bench.ended(move);
  expect(move.outcome).toBe("unknown");
  xy.plug();
  await bench.clock.advance(15_000);
  expect(xy.moving).toBe(false);
  expect(xy.carriage[0]).toBeGreaterThan(-200);
  expect(await told(bench)).toEqual(["ready", null, "idle"]);
});

test("one that was left homing, or in an alarm that waits for a reset, is reset when it is opened", async () => {
  const { bench, xy } = await homed();
  xy.keepOnOpen();
  xy.unplug();
  xy.hitLimit("X");
  await bench.clock.advance(2000);
  xy.plug();
  await bench.clock.advance(60_000);
  expect(await told(bench)).toEqual(["ready", null, "alarm"]);
});

test("a program that somebody else has started is held, then reset, when it is opened: no position is lost", async () => {
  const clock = newClock();
  const xy = simulatedBench(clock).place(twin, "xy", placed.config);
  const terminal = await openTerminal(xy, clock, 115_200);
  await terminal.say("", 2000);
  await terminal.say("$H\n", 30_000);
  await terminal.say("G1G90X-150F1200\n", 3000);
  await terminal.close();
  xy.keepOnOpen();
  const bench = await openBench({ xy: { definition, twin: () => xy, config: placed.config } }, { clock });
  expect([bench.thing("xy").state, xy.moving, xy.state]).toEqual(["ready", false, "Idle"]);
  expect(xy.carriage[0]).toBeGreaterThan(-120);
  // Not believed, but true.
  const { output } = await bench.run("xy", "move_by", { x: 0.1 });
  expect(output).toMatchObject({ x: expect.closeTo(xy.carriage[0], 1) });
});

test("another instrument in its place is refused, and so is another GRBL that has a name", async () => {
  const other = await openBench({ xy: { definition, twin: sangaboard, config: placed.config } });
  expect([other.thing("xy").state, other.thing("xy").reason]).toEqual([
    "faulted",
    expect.stringContaining("a GRBL 1.1 controller is expected"),
  ]);
  const { bench, xy } = await homed();
  xy.christen("the other one");
  await bench.clock.until(bench.thing("xy").reset());
  expect(bench.thing("xy").state).toBe("faulted");
  expect(bench.thing("xy").reason).toContain("no. the other one answers");
});

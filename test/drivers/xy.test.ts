import { openBench } from "benchd/testing";
import { expect, test } from "vitest";
import { DeviceFaultError, InputError, InvocationError, OperatedLocallyError } from "../../src/errors.ts";
import { xy as placed } from "./placed.ts";

async function openStage() {
  const bench = await openBench({ xy: placed });
  return { bench, xy: bench.twins.xy };
}

async function homed() {
  const stage = await openStage();
  await stage.bench.run("xy", "home");
  return stage;
}

/** A move of 10 s at 20 mm/s, `ms` after it began. */
async function underWay(ms = 3000) {
  const stage = await homed();
  const move = stage.bench.start("xy", "move_to", { x: -200, feed_rate: 1200 });
  await stage.bench.clock.until(stage.xy.received(/\$J=.*/));
  await stage.bench.clock.advance(ms);
  return { ...stage, move };
}

const messages = (invocation: { log: { entries(): readonly { message: string }[] } }) =>
  invocation.log.entries().map(({ message }) => message);
const jogs = ({ commands }: { commands: readonly string[] }) => commands.filter((text) => text.startsWith("$J="));

test("nobody knows where it is until it has been homed", async () => {
  const { bench } = await openStage();
  expect(bench.thing("xy").identity).toEqual({ model: "GRBL 1.1", firmware: "1.1h.20190825" });
  expect([await bench.read("xy", "position"), await bench.read("xy", "state")]).toEqual([null, "alarm"]);
  const { error } = await bench.run("xy", "move_to", { x: -10 });
  expect(error).toBeInstanceOf(InvocationError);
  await bench.run("xy", "home");
  expect([await bench.read("xy", "position"), await bench.read("xy", "state")]).toEqual([
    { x: -1, y: -1, z: -1 },
    "idle",
  ]);
});

test("a board that starts as its port is opened is asked as soon as it has said so", async () => {
  const { bench } = await openStage();
  expect(bench.clock.now()).toBeLessThan(1850);
  // But for what ends the answer to the question that proves its line.
  expect(bench.logged.join("\n")).not.toMatch(/failed|nobody waits for this message: (?!ok)/);
});

test("a move has ended when it has arrived, not when it was accepted", async () => {
  const { bench, xy } = await homed();
  const move = await bench.run("xy", "move_to", { x: -51, y: -26, feed_rate: 1200 });
  expect(move.output).toEqual({ x: -51, y: -26, z: -1 });
  expect(xy.moving).toBe(false);
  expect(xy.carriage).toEqual([-51, -26, -1]);
  expect((await bench.run("xy", "move_by", { x: 10.5 })).output).toEqual({ x: -40.5, y: -26, z: -1 });
});

test("moves that do not say how fast go at feed_rate", async () => {
  const { bench, xy } = await homed();
  await bench.write("xy", "feed_rate", 1500);
  await bench.run("xy", "move_to", { y: -20 });
  expect(jogs(xy)).toEqual(["$J=G53G90G21Y-20.000F1500.000"]);
});

test("moves that are asked for together run one after the other, in order", async () => {
  const { bench, xy } = await homed();
  const moves = [-10, -4, -30].map((x) => bench.start("xy", "move_to", { x, feed_rate: 1200 }));
  for (const move of moves) await bench.ended(move);
  expect(moves.map(({ status, output }) => [status, output])).toEqual(
    [-10, -4, -30].map((x) => ["completed", { x, y: -1, z: -1 }]),
  );
  expect(jogs(xy)).toHaveLength(3);
});

test("a cancelled move comes to rest within the time its acceleration takes, and its position is true", async () => {
  const { bench, xy, move } = await underWay();
  const from = bench.clock.now();
  const x = xy.carriage[0];
  await bench.cancel(move);
  await bench.ended(move);
  // 20 mm/s at 100 mm/s² are 0.2 s and 2 mm.
  expect(bench.clock.now() - from).toBeLessThan(500);
  expect([move.status, xy.moving]).toEqual(["cancelled", false]);
  expect(x - xy.carriage[0]).toBeLessThan(3);
  expect(await bench.read("xy", "position")).toEqual({ x: expect.closeTo(xy.carriage[0], 1), y: -1, z: -1 });
  expect(messages(move)).toContainEqual(expect.stringMatching(/^stopped at -\d+/));
  expect((await bench.run("xy", "move_to", { x: -5, feed_rate: 3000 })).status).toBe("completed");
});

test("stop breaks in, loses no position, and cancels the move", async () => {
  const { bench, xy, move } = await underWay();
  const stop = bench.start("xy", "stop");
  await bench.clock.advance(230);
  expect(xy.moving).toBe(false);
  await bench.ended(stop);
  await bench.ended(move);
  expect([stop.status, move.status, move.reason]).toEqual(["completed", "cancelled", "stopped"]);
  expect(await bench.read("xy", "position")).toMatchObject({ x: expect.closeTo(xy.carriage[0], 1) });
});

test.each([0, 1, 2, 3, 4, 5, 8])("a stop %d ms after a jog was sent is never missed", async (ms) => {
  const { bench, xy } = await homed();
  const move = bench.start("xy", "move_to", { x: -200, feed_rate: 600 });
  await bench.clock.until(xy.received(/\$J=.*/));
  await bench.clock.advance(ms);
  const stop = await bench.run("xy", "stop");
  await bench.ended(move);
  await bench.clock.advance(1000);
  expect([stop.status, xy.moving]).toEqual(["completed", false]);
  expect(xy.carriage[0]).toBeGreaterThan(-12);
});

test("a move can be held and resumed, and ends where it was to end", async () => {
  const { bench, xy, move } = await underWay();
  await bench.run("xy", "hold");
  expect(xy.moving).toBe(false);
  expect(await bench.read("xy", "state")).toBe("held");
  const x = xy.carriage[0];
  await bench.clock.advance(60_000);
  expect([xy.carriage[0], move.status]).toEqual([x, "running"]);
  await bench.run("xy", "resume");
  await bench.ended(move);
  expect(move.output).toEqual({ x: -200, y: -1, z: -1 });
});

test.each([0, 1, 2, 4, 6])("a hold %d ms after a jog was sent is never missed", async (ms) => {
  const { bench, xy, move } = await underWay(0);
  await bench.clock.advance(ms);
  await bench.run("xy", "hold");
  await bench.clock.advance(1000);
  expect([xy.moving, move.status, await bench.read("xy", "state")]).toEqual([false, "running", "held"]);
});

test("a hold is not overtaken by the jog that waits behind somebody's question", async () => {
  for (let ms = 0; ms <= 16; ms++) {
    const { bench, xy } = await homed();
    bench.start("xy", "move_to", { x: -200, feed_rate: 1200 });
    const reading = bench.gateway.thing("xy").read("position");
    await bench.clock.advance(ms);
    const { status } = await bench.run("xy", "hold");
    await bench.clock.until(reading);
    await bench.clock.advance(1000);
    expect([ms, xy.moving]).toEqual([ms, status !== "completed"]);
  }
});

test.each([1, 60, 95, 99, 100, 101, 105])("a hold %d ms after a resume is never missed", async (ms) => {
  const { bench, xy, move } = await underWay();
  await bench.run("xy", "hold");
  await bench.run("xy", "resume");
  await bench.clock.advance(ms);
  await bench.run("xy", "hold");
  await bench.clock.advance(1000);
  expect([xy.moving, move.status]).toEqual([false, "running"]);
});

test("a move that is cancelled while it is held does not go on", async () => {
  const { bench, xy, move } = await underWay();
  await bench.run("xy", "hold");
  await bench.cancel(move);
  await bench.ended(move);
  expect([move.status, xy.moving, (await bench.run("xy", "resume")).status]).toEqual(["cancelled", false, "error"]);
});

test("nothing can be held when nothing moves, nor while it homes", async () => {
  const { bench } = await openStage();
  expect((await bench.run("xy", "hold")).error?.message).toContain("nothing moves");
  const home = bench.start("xy", "home");
  await bench.clock.advance(500);
  expect((await bench.run("xy", "hold")).error?.message).toContain("only stopped");
  await bench.ended(home);
  expect(home.status).toBe("completed");
});

test.each(["cancel", "stop"])(
  "a %s ends homing, after which it is locked and nobody knows where it is",
  async (how) => {
    const { bench, xy } = await openStage();
    const home = bench.start("xy", "home");
    await bench.clock.advance(1500);
    expect([xy.state, await bench.read("xy", "state"), await bench.read("xy", "position")]).toEqual([
      "Home",
      "homing",
      null,
    ]);
    const from = bench.clock.now();
    if (how === "cancel") await bench.cancel(home);
    else bench.start("xy", "stop");
    await bench.clock.advance(10);
    expect(xy.moving).toBe(false);
    await bench.ended(home);
    expect(bench.clock.now() - from).toBeLessThan(2000);
    await bench.clock.advance(3000);
    expect([home.status, bench.thing("xy").state]).toEqual(["cancelled", "ready"]);
    expect([await bench.read("xy", "state"), await bench.read("xy", "position")]).toEqual(["alarm", null]);
    expect((await bench.run("xy", "home")).status).toBe("completed");
  },
);

test("an emergency stop ends homing, too", async () => {
  const { bench, xy } = await openStage();
  const home = bench.start("xy", "home");
  await bench.clock.advance(1500);
  const { things } = await bench.clock.until(bench.gateway.emergencyStop.trip("test"));
  expect(things["xy"]).toMatchObject({ confirmed: true });
  expect([home.status, xy.moving, xy.state]).toEqual(["cancelled", false, "Alarm"]);
});

test.each([
  ["move_to", { x: 0.001 }, "x would be at 0.001 mm, but goes from -200 to 0 mm"],
  ["move_to", { x: -10, y: -150.01 }, "y would be at -150.01 mm"],
  ["move_to", { z: -5 }, "z has no range"],
  ["move_to", {}, "say where to"],
  ["move_by", { x: -199.5 }, "x would be at -200.5 mm"],
])("%s %o is refused before anything is sent", async (action, input, text) => {
  const { bench, xy } = await homed();
  const { error } = await bench.run("xy", action, input);
  expect(error).toBeInstanceOf(InputError);
  expect(error?.message).toContain(text);
  expect(jogs(xy)).toEqual([]);
});

test("after unlock it moves by small ways, though nobody knows where it is", async () => {
  const { bench, xy } = await openStage();
  xy.settings.set(20, "0");
  const unlock = await bench.run("xy", "unlock");
  expect(messages(unlock)).toContainEqual(expect.stringContaining("home it before anything else"));
  const from = xy.carriage[0];
  expect((await bench.run("xy", "move_by", { x: -2 })).status).toBe("completed");
  expect(xy.carriage[0]).toBeCloseTo(from - 2, 6);
  expect(await bench.read("xy", "position")).toBeNull();
});

test("someone who presses hold at the machine ends the move", async () => {
  const { bench, xy, move } = await underWay();
  xy.pressHold();
  await bench.ended(move);
  expect(move.error).toBeInstanceOf(OperatedLocallyError);
  expect(move.error?.message).toMatch(/stopped at -\d+.*, not at -200 -1 -1 mm/);
});

test("a program that somebody else has started is told apart from the move", async () => {
  const { bench, xy, move } = await underWay();
  xy.override(/\$J=.*/, "ok");
  await bench.cancel(move);
  await bench.ended(move);
  expect((await bench.run("xy", "move_to", { x: -9 })).error).toBeInstanceOf(OperatedLocallyError);
});

test("work coordinates are brought back to those of the machine, from whichever report tells their offset", async () => {
  const { bench, xy } = await homed();
  xy.shiftWork([12, -3, 0]);
  xy.settings.set(10, "0");
  await bench.clock.until(bench.thing("xy").reset());
  await bench.run("xy", "home");
  for (let reading = 0; reading < 15; reading++) {
    await bench.clock.advance(200);
    expect(await bench.read("xy", "position")).toEqual({ x: -1, y: -1, z: -1 });
  }
  expect((await bench.run("xy", "move_to", { x: -20 })).output).toEqual({ x: -20, y: -1, z: -1 });
});

test("a controller that reports in inches is understood, and told in millimetres", async () => {
  const { bench, xy } = await homed();
  xy.settings.set(13, "1");
  await bench.clock.until(bench.thing("xy").reset());
  await bench.run("xy", "home");
  expect((await bench.run("xy", "move_to", { x: -50.8, feed_rate: 1200 })).output).toMatchObject({ x: -50.8 });
  expect(xy.carriage[0]).toBeCloseTo(-50.8, 6);
});

test("a jog that the controller refuses fails with what it means", async () => {
  const { bench, xy } = await homed();
  xy.settings.set(130, "50");
  const { error } = await bench.run("xy", "move_to", { x: -100 });
  expect(error).toBeInstanceOf(DeviceFaultError);
  expect(error?.message).toContain("error 15, the target lies beyond its own soft limits");
});

test("it never writes a setting, as these wear the memory and deafen it", async () => {
  const { bench, xy, move } = await underWay();
  await bench.ended(move);
  expect(xy.commands.filter((text) => /^\$\d+=|^\$[IN]\d*=|^G10/.test(text))).toEqual([]);
});

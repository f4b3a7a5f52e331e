import { openBench } from "benchd/testing";
import { expect, test } from "vitest";
import definition from "../../drivers/stage.ts";
import balance from "../../hardware-mocks/balance.ts";
import { DeviceFaultError, DeviceResetError, InputError } from "../../src/errors.ts";
import { stage as placed } from "./placed.ts";

/** The motors turn the way the program says. */
const straight = { x: false, y: false, z: false };

async function openStage() {
  const bench = await openBench({ stage: placed });
  await bench.write("stage", "axis_inverted", straight);
  return { bench, stage: bench.twins.stage };
}

/** A move that takes 60 s, 10 s after it began. */
async function underWay(action = "move_relative") {
  const { bench, stage } = await openStage();
  const move = bench.start("stage", action, { x: 60_000 });
  await bench.clock.until(stage.received(/mr .*/));
  await bench.clock.advance(10_000);
  return { bench, stage, move };
}

const position = (bench: Awaited<ReturnType<typeof openStage>>["bench"]) => bench.read("stage", "position");
const at = ([x, y, z]: readonly [number, number, number]) => ({ x, y, z });
const messages = (invocation: { log: { entries(): readonly { message: string }[] } }) =>
  invocation.log.entries().map(({ message }) => message);

test("its blocking moves are switched off once, as the board remembers it", async () => {
  const { bench, stage } = await openStage();
  expect(stage.blocking).toBe(false);
  await bench.clock.until(bench.thing("stage").reset());
  expect(stage.commands.filter((command) => command === "blocking_moves false")).toHaveLength(1);
});

test("it says who it is", async () => {
  const { bench } = await openStage();
  expect(bench.thing("stage").identity).toEqual({ model: "Sangaboard v0.5.5", firmware: "1.0.4" });
});

test("moves go where they are told, all axes in one straight line", async () => {
  const { bench, stage } = await openStage();
  await bench.run("stage", "move_relative", { x: 1000, y: -500 });
  expect(await position(bench)).toEqual({ x: 1000, y: -500, z: 0 });
  await bench.run("stage", "move_absolute", { z: 30, x: 10 });
  expect(stage.position).toEqual([10, -500, 30]);
  expect(bench.thing("stage").metadata()).toMatchObject({ position: { x: 10, y: -500, z: 30 } });
});

test("inverted axes turn the other way, in moves and in positions", async () => {
  const bench = await openBench({ stage: placed });
  expect(await bench.read("stage", "axis_inverted")).toEqual({ x: true, y: false, z: true });
  await bench.run("stage", "move_absolute", { x: 100, y: 100 });
  expect(bench.twins.stage.position).toEqual([-100, 100, 0]);
  expect(await position(bench)).toEqual({ x: 100, y: 100, z: 0 });
  expect((await bench.run("stage", "get_xyz_position")).output).toEqual([100, 100, 0]);
});

test("which axes are inverted is kept when the board comes back", async () => {
  const { bench, stage } = await openStage();
  stage.unplug();
  await bench.clock.advance(2000);
  stage.plug();
  await bench.clock.advance(20_000);
  expect(await bench.read("stage", "axis_inverted")).toEqual(straight);
});

test("a move that is cancelled stops within 50 ms, and the position told is the true one", async () => {
  const { bench, stage, move } = await underWay();
  const from = bench.clock.now();
  await bench.cancel(move);
  await bench.clock.until(stage.received("stop"));
  expect(bench.clock.now() - from).toBeLessThan(50);
  await bench.ended(move);
  expect(move.status).toBe("cancelled");
  expect(stage.moving).toBe(false);
  expect(stage.position[0]).toBeGreaterThan(9000);
  expect(await position(bench)).toEqual(at(stage.position));
  expect(messages(move)).toContain(`stopped at ${stage.position.join(" ")} (motor steps)`);
});

test("stop breaks in at once, and the move it ends is cancelled", async () => {
  const { bench, stage, move } = await underWay();
  const from = bench.clock.now();
  const stop = bench.start("stage", "stop");
  await bench.clock.until(stage.received("stop"));
  expect(bench.clock.now() - from).toBeLessThan(5);
  await bench.ended(stop);
  await bench.ended(move);
  expect([stop.status, move.status, stage.moving]).toEqual(["completed", "cancelled", false]);
  expect(await position(bench)).toEqual(at(stage.position));
});

test("stop does not wait for an answer that does not come", async () => {
  const { bench, stage, move } = await underWay();
  stage.silence(1);
  await bench.clock.until(stage.received(/moving\?|p\?/));
  await bench.clock.advance(50);
  const from = bench.clock.now();
  const stop = bench.start("stage", "stop");
  await bench.clock.until(stage.received("stop"));
  expect(bench.clock.now() - from).toBeLessThan(5);
  await bench.ended(stop);
  await bench.ended(move);
  expect([stop.status, stage.moving]).toEqual(["completed", false]);
});

test("a second jog takes the place of the first at once", async () => {
  const { bench, stage, move } = await underWay("jog");
  const from = bench.clock.now();
  const second = bench.start("stage", "jog", { x: -1000 });
  await bench.clock.until(stage.received(/mr -.*/));
  expect(bench.clock.now() - from).toBeLessThan(100);
  await bench.ended(second);
  expect([move.status, move.reason, second.status]).toEqual(["cancelled", "replaced", "completed"]);
  expect(await position(bench)).toEqual(at(stage.position));
  expect(stage.position[0]).toBeLessThan(10_000);
});

test("a jog that says stop ends the one that runs, and moves nothing", async () => {
  const { bench, stage, move } = await underWay("jog");
  const { status } = await bench.run("stage", "jog", { stop: true });
  expect([move.status, status, stage.moving]).toEqual(["cancelled", "completed", false]);
  expect(stage.commands.filter((command) => command.startsWith("mr"))).toHaveLength(1);
});

test("moves that are asked for together run one after the other, in order", async () => {
  const { bench, stage } = await openStage();
  const moves = [1000, -300, 50].map((x) => bench.start("stage", "move_relative", { x }));
  for (const move of moves) await bench.ended(move);
  expect(moves.map(({ status }) => status)).toEqual(["completed", "completed", "completed"]);
  expect(stage.commands.filter((command) => command.startsWith("mr"))).toEqual([
    "mr 1000 0 0",
    "mr -300 0 0",
    "mr 50 0 0",
  ]);
  expect(stage.position).toEqual([750, 0, 0]);
});

test("a move with block_cancellation goes on when a client cancels it, but not when somebody presses stop", async () => {
  const { bench, stage } = await openStage();
  const first = bench.start("stage", "move_relative", { x: 20_000, block_cancellation: true });
  await bench.clock.advance(1000);
  await bench.cancel(first);
  await bench.ended(first);
  expect([first.status, stage.position[0]]).toEqual(["completed", 20_000]);
  const second = bench.start("stage", "move_relative", { x: 20_000, block_cancellation: true });
  await bench.clock.advance(1000);
  await bench.run("stage", "stop");
  await bench.ended(second);
  expect(second.status).toBe("cancelled");
  expect(stage.position[0]).toBeLessThan(22_000);
});

test("an end stop fails the move, whoever's question it answers", async () => {
  const { bench, stage, move } = await underWay();
  const reading = bench.read("stage", "position").catch(() => {});
  stage.hitEndstop("x", 1);
  await bench.ended(move);
  await reading;
  expect(move.error).toBeInstanceOf(DeviceFaultError);
  expect(move.error?.message).toContain("end stop: Endstop hit:1");
  expect([stage.moving, bench.thing("stage").state]).toEqual([false, "ready"]);
});

test("a board that is reset in mid-move fails the move, and is opened anew", async () => {
  const { bench, stage, move } = await underWay();
  stage.pressReset();
  await bench.ended(move);
  expect(move.error).toBeInstanceOf(DeviceResetError);
  await bench.clock.advance(10_000);
  expect(bench.thing("stage").state).toBe("ready");
  expect(await position(bench)).toEqual(at(stage.position));
});

test("a board that does not confirm a cancel is told of", async () => {
  const { bench, stage, move } = await underWay();
  stage.silence();
  await bench.cancel(move);
  await bench.ended(move);
  expect(move.error?.message).toContain("it is not known whether the stage stands still");
  expect(move.outcome).toBe("unknown");
});

test("a stage that does not arrive is told of", async () => {
  const { bench, stage, move } = await underWay();
  stage.override(/moving\?/, "false");
  await bench.ended(move);
  expect(move.error?.message).toMatch(/the stage is at 1\d+ 0 0, not at 60000 0 0: something stopped it/);
});

test.each([
  ["move_absolute", { x: 1_000_001 }],
  ["move_relative", { y: -1_000_001 }],
  ["jog", { z: 2_000_000 }],
  ["move_to_xyz_position", { xyz_pos: [0, 0, 1_000_001] }],
])("%s beyond the travel moves nothing", async (action, input) => {
  const { bench, stage } = await openStage();
  const { error } = await bench.run("stage", action, input);
  expect(error).toBeInstanceOf(InputError);
  expect(error?.message).toContain("its travel ends at ±1000000 steps");
  expect(stage.commands.some((command) => command.startsWith("mr"))).toBe(false);
});

test.each([[{ x: 1.5 }], [{ x: "1" }], [{ a: 1 }], [{ block_cancellation: 1 }]])(
  "%o is refused when it is asked for",
  async (input) => {
    const { bench } = await openStage();
    expect(() => bench.start("stage", "move_relative", input)).toThrow(InputError);
  },
);

test("another instrument in its place is refused", async () => {
  const bench = await openBench({ stage: { definition, twin: balance } });
  expect(bench.thing("stage").state).not.toBe("ready");
  const sangaboard = await openStage();
  sangaboard.stage.override(/version/, "Grbl 1.1h");
  await sangaboard.bench.clock.until(sangaboard.bench.thing("stage").reset());
  expect(sangaboard.bench.thing("stage").state).toBe("faulted");
  expect(sangaboard.bench.thing("stage").reason).toContain("a Sangaboard is expected, but Grbl 1.1h answers");
});

test("a late answer does not pass for that to the next question", async () => {
  const { bench, stage, move } = await underWay();
  stage.delay(1500, 2);
  await bench.ended(move);
  expect(move.outcome).toBe("unknown");
  await bench.clock.advance(5000);
  expect(await position(bench)).toEqual(at(stage.position));
});

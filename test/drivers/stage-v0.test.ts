import { DiscreteClock, describeThing, openBench } from "benchd/testing";
import { describe, expect, test } from "vitest";
import definition from "../../drivers/stage.ts";
import { sangaboard, v0 } from "../../hardware-mocks/stage/sangaboard.ts";
import { DeviceResetError } from "../../src/errors.ts";

const things = { stage: { definition, twin: sangaboard(v0) } };

describe("with firmware 0.x", () => {
  describeThing(
    {
      thing: "stage",
      things,
      inputs: {
        move_relative: { x: 300, z: -100 },
        move_absolute: { x: 200, y: -300 },
        jog: { y: 300 },
        move_to_xyz_position: { xyz_pos: [100, 200, -300] },
      },
      isSafe: ({ twins }) => !twins.stage.moving,
    },
    test,
  );
});

async function underWay(action = "move_relative") {
  const bench = await openBench(things);
  await bench.write("stage", "axis_inverted", { x: false, y: false, z: false });
  const move = bench.start("stage", action, { x: 60_000, y: -20_000, z: 7 });
  await bench.clock.until(bench.twins.stage.received(/mr .*/));
  await bench.clock.advance(10_000);
  return { bench, stage: bench.twins.stage, move };
}

test("a board that starts as its port is opened is asked as soon as it has said so", async () => {
  const clock = new DiscreteClock();
  const bench = await openBench(things, { clock });
  expect(bench.thing("stage").state).toBe("ready");
  expect(clock.now()).toBeLessThan(1750);
  expect(bench.logged.join("\n")).not.toMatch(/failed|nobody waits/);
});

test("a long move is sent in pieces of at most a quarter of a second, which add up to it", async () => {
  const { bench, stage, move } = await underWay();
  await bench.ended(move);
  const pieces = stage.commands
    .filter((command) => command.startsWith("mr"))
    .map((text) => text.split(" ").map(Number));
  expect(Math.max(...pieces.map(([, x]) => x ?? 0))).toBeLessThanOrEqual(250);
  expect(pieces.length).toBe(240);
  expect(stage.position).toEqual([60_000, -20_000, 7]);
  expect(move.status).toBe("completed");
});

test.each(["cancel", "stop"])("a %s stops it when the piece under way has ended", async (how) => {
  const { bench, stage, move } = await underWay();
  const from = bench.clock.now();
  if (how === "cancel") await bench.cancel(move);
  else bench.start("stage", "stop");
  await bench.ended(move);
  expect(bench.clock.now() - from).toBeLessThan(350);
  expect([move.status, stage.moving]).toEqual(["cancelled", false]);
  const [x, y, z] = stage.position;
  expect(await bench.read("stage", "position")).toEqual({ x, y, z });
});

test("a second jog takes the place of the first after the piece under way", async () => {
  const { bench, stage, move } = await underWay("jog");
  const from = bench.clock.now();
  const second = bench.start("stage", "jog", { x: -100 });
  await bench.clock.until(stage.received(/mr -.*/));
  expect(bench.clock.now() - from).toBeLessThan(350);
  await bench.ended(second);
  expect([move.status, second.status]).toEqual(["cancelled", "completed"]);
});

test("whether it moves is told without asking a board that does not listen", async () => {
  const { bench, stage, move } = await underWay();
  const told = stage.commands.length;
  expect(await bench.read("stage", "moving")).toBe(true);
  expect(stage.commands.length - told).toBeLessThanOrEqual(1);
  await bench.cancel(move);
  await bench.ended(move);
  expect(await bench.read("stage", "moving")).toBe(false);
});

test("a board that is reset in mid-move fails the move as a reset", async () => {
  const { bench, stage, move } = await underWay();
  stage.pressReset();
  await bench.ended(move);
  expect(move.error).toBeInstanceOf(DeviceResetError);
  await bench.clock.advance(20_000);
  expect(bench.thing("stage").state).toBe("ready");
});

test("its Thing Description says when it cannot be stopped", () => {
  expect(definition.unstoppableWhile).toContain("firmware 0.x moves");
});

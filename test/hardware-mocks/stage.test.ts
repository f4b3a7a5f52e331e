import { simulatedBench } from "benchd/testing";
import { expect, test } from "vitest";
import { sangaboard, v0, v1 } from "../../hardware-mocks/stage/sangaboard.ts";
import { newClock, openTerminal } from "./talk.ts";

async function newBoard(make = v1) {
  const clock = newClock();
  const twin = simulatedBench(clock).place(sangaboard(make), "stage");
  const terminal = await openTerminal(twin, clock, 115_200);
  if (make.resetsOnOpen) await clock.advance(2000);
  const ask = async (command: string, waitMs = 20) =>
    (await terminal.say(`${command}\n`, waitMs)).replace(/\r\n$/, "").replaceAll("\r\n", "|");
  return { clock, twin, terminal, ask };
}

test.each([
  ["version", "Sangaboard Firmware v1.0.4"],
  ["board", "Sangaboard v0.5.5"],
  ["p?", "0 0 0"],
  ["dt?", "minimum step delay 1000"],
  ["ramp_time?", "ramp_time 0"],
  ["moving?", "false"],
  ["stop", "Move aborted"],
  ["notify_on_stop", "Error: stage is not moving"],
  ["list_modules", "--END--"],
  ["fly", "Type 'help' for a list of commands."],
])("firmware 1.x answers %s with %s", async (command, reply) => {
  const { ask } = await newBoard();
  expect(await ask(command)).toBe(reply);
});

test("out of the box firmware 1.x says nothing to a move until it has stopped", async () => {
  const { ask } = await newBoard();
  expect(await ask("mr 1000 0 0", 900)).toBe("");
  expect(await ask("p?", 20)).toMatch(/^(89|9\d)\d 0 0$/);
  expect(await ask("moving?", 200)).toBe("true|stopped");
});

test("without blocking moves it answers at once, tells where it is, and can be stopped in between", async () => {
  const { clock, ask } = await newBoard();
  await ask("blocking_moves false");
  expect(await ask("mr 1000 -500 0")).toBe("done.");
  await clock.advance(400);
  expect(await ask("moving?")).toBe("true");
  await ask("stop");
  const [x = 0, y = 0] = (await ask("p?")).split(" ").map(Number);
  expect(x).toBeGreaterThan(400);
  expect(x).toBeLessThan(520);
  expect(y).toBe(-Math.floor(x / 2));
  await clock.advance(2000);
  expect(await ask("p?")).toBe(`${x} ${y} 0`);
});

test("a ramp makes a move longer by its time", async () => {
  const { clock, ask } = await newBoard();
  await ask("blocking_moves false");
  await ask("ramp_time 200000");
  await ask("mr 1000 0 0");
  await clock.advance(1130);
  expect(await ask("moving?")).toBe("true");
  await clock.advance(60);
  expect(await ask("p?")).toBe("1000 0 0");
});

test("notify_on_stop is answered when the move has ended", async () => {
  const { ask } = await newBoard();
  await ask("blocking_moves false");
  await ask("mr 0 0 100");
  expect(await ask("notify_on_stop", 30)).toBe("");
  expect(await ask("p?", 100)).toMatch(/^0 0 \d+\|stopped$/);
});

test("firmware 0.x reads nothing while it moves, and answers afterwards in order", async () => {
  const { clock, ask } = await newBoard(v0);
  expect(await ask("mr 500 0 0", 100)).toBe("");
  expect(await ask("p?", 100)).toBe("");
  expect(await ask("stop", 200)).toBe("");
  await clock.advance(1);
  expect(await ask("", 200)).toBe(
    "done.|500 0 0|Type 'help' for a list of commands.|Type 'help' for a list of commands.",
  );
});

test("what does not fit into the receive buffer of firmware 0.x is lost", async () => {
  const { ask } = await newBoard(v0);
  await ask("mr 500 0 0");
  for (let line = 0; line < 20; line++) await ask("version");
  expect((await ask("", 1000)).split("|").length).toBeLessThan(10);
});

test("firmware 0.x ends a move of all axes with done., and one of a single axis with done", async () => {
  const { ask } = await newBoard(v0);
  expect(await ask("mr 10 0 0", 100)).toBe("done.");
  expect(await ask("mrx 10", 100)).toBe("done");
});

test("the position outlives a reopened port; a reset falls back to what the board has kept", async () => {
  const { clock, twin, terminal, ask } = await newBoard();
  await ask("blocking_moves false");
  await ask("mr 100 0 0", 300);
  await terminal.close();
  const again = await openTerminal(twin, clock, 115_200);
  expect(await again.say("p?\n")).toBe("100 0 0\r\n");
  twin.powerCycle();
  expect(await again.say("", 200)).toBe("Sangaboard Firmware v1.0.4\r\n");
  expect(await again.say("p?\n")).toBe("0 0 0\r\n");
});

test("opening the port of a Nano resets it, and it swallows what comes while it boots", async () => {
  const { clock, twin, terminal, ask } = await newBoard(v0);
  await ask("mr 10 0 0", 100);
  await terminal.close();
  const again = await openTerminal(twin, clock, 115_200);
  expect(await again.say("p?\n", 1000)).toBe("");
  expect(await again.say("", 1000)).toBe("Sangaboard Firmware v0.5\r\n");
  expect(await again.say("p?\n")).toBe("10 0 0\r\n");
});

test("an end stop ends the move of its axis and says so", async () => {
  const { clock, twin, ask } = await newBoard();
  await ask("blocking_moves false");
  await ask("mr -1000 1000 0");
  await clock.advance(300);
  twin.hitEndstop("x", -1);
  expect(await ask("", 1000)).toContain("Endstop hit:-1");
  expect(twin.position[0]).toBeGreaterThan(-400);
  expect(twin.position[1]).toBe(1000);
});

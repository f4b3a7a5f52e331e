import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { StateFile } from "../../src/journal/state-file.ts";
import { temporaryFolder } from "./fixture.ts";

function stateFile() {
  const path = join(temporaryFolder(), "state.json");
  const clock = new DiscreteClock();
  const logged: string[] = [];
  const file = new StateFile({ path, clock, log: (level, message) => void logged.push(`${level} ${message}`) });
  return {
    file,
    clock,
    logged,
    // What every writing begins with can no longer be made.
    fill: () => mkdir(`${path}.new`),
    free: () => rm(`${path}.new`, { recursive: true }),
    content: () => readFile(path, "utf8").then(JSON.parse, () => undefined),
  };
}

test("F37 what has to be kept is tried again until the disk has it, which is said once, and once when it has", async () => {
  const { file, clock, logged, fill, free, content } = stateFile();
  await fill();
  expect(await file.keep("pressed")).toBe(false);
  expect(await file.keep("pressed again")).toBe(false);
  for (let tries = 0; tries < 5; tries++) {
    await clock.advance(2000);
    // Behind what is being tried.
    expect(await file.write("cleared")).toBe(false);
  }
  await free();
  await clock.advance(2000);
  await expect.poll(content).toBe("pressed again");
  await expect
    .poll(() => logged)
    .toEqual([
      expect.stringMatching(/^error .*state\.json could not be written: /),
      expect.stringMatching(/^info .*state\.json can be written again$/),
    ]);
  expect(clock.nextDue()).toBeUndefined();
});

test("F37 what is owed does not come back after something newer was written", async () => {
  const { file, clock, fill, free, content } = stateFile();
  await fill();
  expect(await file.keep("pressed")).toBe(false);
  await free();
  expect(await file.write("cleared")).toBe(true);
  await clock.advance(60_000);
  expect([await content(), await file.write("and again")]).toEqual(["cleared", true]);
});

test("F37 what comes to be owed while something older is being written stays owed", async () => {
  const { file, clock, content } = stateFile();
  let full = true;
  const pressed = {
    toJSON() {
      if (full) throw new Error("no space left on device");
      return "pressed";
    },
  };
  const older = file.write("cleared");
  expect([await file.keep(pressed), await older]).toEqual([false, true]);
  full = false;
  await clock.advance(2000);
  await expect.poll(content).toBe("pressed");
});

test("where nothing is kept nothing is owed", async () => {
  const clock = new DiscreteClock();
  const file = new StateFile({ path: undefined, clock, log: () => {} });
  expect([await file.keep("pressed"), file.kept]).toEqual([false, false]);
  expect(clock.nextDue()).toBeUndefined();
});

test("F37 a disk that takes long is waited for no longer than 1.5 s, and has it in the end", async () => {
  const { file, clock, content } = stateFile();
  // Behind what has its turn before it, and a disk knows no time but real time.
  for (let n = 0; n < 50; n++) void file.write(n);
  const kept = file.keep("pressed");
  await clock.advance(1500);
  expect(await kept).toBe(false);
  await expect.poll(content).toBe("pressed");
});

test("what is owed when the gateway ends is tried no more", async () => {
  const { file, clock, fill } = stateFile();
  await fill();
  await file.keep("pressed");
  file.close();
  expect(clock.nextDue()).toBeUndefined();
  await file.keep("pressed again");
  expect(clock.nextDue()).toBeUndefined();
});

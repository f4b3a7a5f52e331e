import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Attempts } from "../../../src/cli/systemd/attempts.ts";
import { DiscreteClock } from "../../../src/discrete-clock.ts";

function machine() {
  const stateDirectory = mkdtempSync(join(tmpdir(), "benchd-state-"));
  const clock = new DiscreteClock();
  const warned: string[] = [];
  const warn = (message: string) => void warned.push(message);
  const start = (limit: number | undefined = 3) => Attempts.count({ stateDirectory, limit, clock, warn });
  return { stateDirectory, clock, warned, start };
}

test("F06 the start after three that have failed opens nothing, says why the last has, and how to leave", async () => {
  const { start } = machine();
  for (let i = 0; i < 3; i++) {
    const attempt = await start();
    expect(attempt.safeMode).toBeUndefined();
    await attempt.failed(new Error(`cannot, for the ${i}. time`));
  }
  const fourth = await start();
  expect(fourth.safeMode).toMatch(
    /^safe mode, no device is open\. 3 starts in a row have failed, the last at 20.*Z: cannot, for the 2\. time\. Mend/,
  );
  expect(fourth.safeMode).toContain("`sudo systemctl restart benchd`");
  // Killed, it is in safe mode again.
  expect((await start()).safeMode).toBe(fourth.safeMode);
  await fourth.endedAsAsked();
  expect((await start()).safeMode).toBeUndefined();
});

test("F06 a start counts as failed until it has lasted for a minute: those that are killed cannot say so", async () => {
  const { clock, start, stateDirectory } = machine();
  await start();
  await start();
  const third = await start();
  third.listening();
  await clock.advance(59_999);
  expect((await start()).safeMode).toMatch(/it was killed or crashed/);
  await clock.advance(1);
  await expect.poll(() => readdirSync(stateDirectory)).toEqual([]);
  expect((await start()).safeMode).toBeUndefined();
});

test("a start that is over when its minute is does not count as a success", async () => {
  const { clock, start } = machine();
  for (let i = 0; i < 3; i++) (await start()).listening()();
  await clock.advance(60_000);
  expect((await start()).safeMode).toBeDefined();
});

test("without being told to, no start is counted; told 0, nothing is opened", async () => {
  const { start, stateDirectory } = machine();
  const warn = () => {};
  await Attempts.count({ stateDirectory, limit: undefined, warn });
  expect(readdirSync(stateDirectory)).toEqual([]);
  const { safeMode } = await Attempts.count({ stateDirectory: undefined, limit: 0, warn });
  expect(safeMode).toMatch(/^safe mode, no device is open\. It was asked for: --safe-mode-after 0/);
  expect((await start(0)).safeMode).toMatch(/It was asked for/);
});

test("a count that cannot be kept or read keeps nobody from starting", async () => {
  const { start, stateDirectory } = machine();
  writeFileSync(join(stateDirectory, "starts.json"), '{"failed": "many"}');
  expect((await start()).safeMode).toBeUndefined();
  writeFileSync(join(stateDirectory, "starts.json"), "half writ");
  expect((await start()).safeMode).toBeUndefined();
  rmSync(join(stateDirectory, "starts.json"));
  mkdirSync(join(stateDirectory, "starts.json"));
  expect((await start()).safeMode).toBeUndefined();
  const warned: string[] = [];
  const attempt = await Attempts.count({
    stateDirectory: "/proc/nowhere",
    limit: 3,
    warn: (message) => void warned.push(message),
  });
  expect([attempt.safeMode, warned.length]).toEqual([undefined, 1]);
  expect(warned[0]).toMatch(/^the starts cannot be counted: /);
});

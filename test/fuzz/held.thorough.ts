import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { held, mostGrown } from "../../fuzz/held.ts";

/** Keeps as many MB as it is told, then tells where it has written what it holds. */
const keeper = `
  import { writeHeapSnapshot } from "node:v8";
  class Kept { bytes = Buffer.alloc(2 ** 20); }
  let kept = [];
  process.on("message", (count) => {
    kept = Array.from({ length: count }, () => new Kept());
    process.send(writeHeapSnapshot("kept.heapsnapshot"));
  });`;

test("what is held is seen for what it is, and not any more once it is let go", async () => {
  const folder = await mkdtemp(join(tmpdir(), "benchd-held-"));
  await writeFile(join(folder, "keeper.mjs"), keeper);
  const child = fork("keeper.mjs", { cwd: folder, execArgv: [] });
  onTestFinished(async () => {
    const ended = once(child, "exit");
    child.disconnect();
    await ended;
    await rm(folder, { recursive: true });
  });
  const holding = async (count: number) => {
    child.send(count);
    const [file] = await once(child, "message");
    return held(join(folder, file));
  };
  const before = await holding(0);
  const during = await holding(50);
  expect((during.bytes - before.bytes) / 2 ** 20).toBeCloseTo(50, -0.5);
  expect(during.kinds).toHaveProperty("object Kept");
  expect(mostGrown(before, during)[0]).toMatch(/^native system \/ JSArrayBufferData (49|50)\.\d\d MB$/);
  const after = await holding(0);
  expect(after.kinds).not.toHaveProperty("object Kept");
  expect((after.bytes - before.bytes) / 2 ** 20).toBeCloseTo(0, 0);
});

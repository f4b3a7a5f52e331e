import { expect, test } from "vitest";
import { held, mostGrown } from "../../fuzz/held.ts";

test("what is held is seen for what it is, and not any more once it is let go", async () => {
  class Kept {
    readonly bytes = Buffer.alloc(2 ** 20);
  }
  const before = await held();
  // More than what comes and goes by itself in a process that runs tests.
  let kept: readonly Kept[] = Array.from({ length: 50 }, () => new Kept());
  const during = await held();
  expect((during.bytes - before.bytes) / 2 ** 20).toBeCloseTo(50, -1);
  expect(during.kinds).toHaveProperty("object Kept");
  expect(mostGrown(before, during)[0]).toMatch(/^native system \/ JSArrayBufferData (49|5\d)\.\d\d MB$/);
  kept = [];
  const after = await held();
  expect(after.kinds).not.toHaveProperty("object Kept");
  expect(kept).toEqual([]);
});

import { expect, test } from "vitest";
import { held, mostGrown } from "../../fuzz/held.ts";

test("what is held is seen for what it is, and not any more once it is let go", async () => {
  class Kept {
    readonly bytes = Buffer.alloc(2 ** 20);
  }
  const before = await held();
  let kept: readonly Kept[] = [new Kept(), new Kept()];
  const during = await held();
  expect(during.bytes - before.bytes).toBeGreaterThan(2 * 2 ** 20);
  expect(during.kinds).toHaveProperty("object Kept");
  expect(mostGrown(before, during)[0]).toMatch(/^native system \/ JSArrayBufferData 2\.\d\d MB$/);
  kept = [];
  const after = await held();
  expect(after.kinds).not.toHaveProperty("object Kept");
  expect(kept).toEqual([]);
});

import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { Garbage } from "../../src/gateway/garbage.ts";

test("each time that garbage is collected is counted by its sort, until it is stopped", async () => {
  const garbage = new Garbage();
  const counted = () =>
    garbage
      .metrics()
      .flatMap((metric) => (metric.type === "histogram" ? metric.spreads : []).map(({ histogram }) => histogram));
  const count = () => counted().reduce((sum, one) => sum + one.count, 0);
  for (let turn = 0; turn < 100 && count() === 0; turn++) {
    // More than the young generation holds.
    for (let n = 0; n < 20_000; n++) new Array(100).fill(n);
    await nextTurn();
  }
  garbage.stop();
  expect(count()).toBeGreaterThan(0);
  expect(counted().reduce((sum, one) => sum + one.sum, 0)).toBeGreaterThan(0);
});

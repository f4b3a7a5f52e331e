import { expect, test } from "vitest";
import { exampleBench, foretold, titration, virtualRun } from "./titration.ts";

test("the titration as it is written is foretold within 5 % of virtual runs of it, whenever they begin", async () => {
  const { durationMs, steps, mistakes } = await foretold(await exampleBench(), await titration());
  expect(mistakes).toEqual([]);
  expect(steps.find(({ path }) => path === "steps[7].repeat[0]")?.times).toBe(21);
  const off: number[] = [];
  for (const afterMs of [0, 777, 5000, 12_345, 60_000, 3_600_000]) {
    const run = await virtualRun(afterMs);
    expect(run.status).toBe("completed");
    off.push(Math.abs(durationMs / run.durationMs - 1));
  }
  expect(Math.max(...off)).toBeLessThan(0.05);
});

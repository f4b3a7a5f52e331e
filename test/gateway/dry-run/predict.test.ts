import { expect, test } from "vitest";
import { exampleBench, foretold, titration, virtualRun } from "./titration.ts";

/** In larger steps it is over sooner. */
const coarse = { step: 1 };

test("the titration is foretold within 5 % of a virtual run of it, step by step, and needs nobody", async () => {
  const { durationMs, steps, mistakes } = await foretold(await exampleBench(), await titration(coarse));
  expect(mistakes).toEqual([]);
  const run = await virtualRun(12_345, coarse);
  expect(run.status).toBe("completed");
  expect(Math.abs(durationMs - run.durationMs) / run.durationMs).toBeLessThan(0.05);
  const [record, both, ...rest] = steps;
  expect(record).toEqual({ path: "steps[0]", line: 22, startMs: 0, durationMs: 0, times: 1 });
  expect(both).toMatchObject({ path: "steps[1]", startMs: 0 });
  // Homing takes its time; what is set beside it does not.
  expect(rest.find(({ path }) => path === "steps[1].pump[0]")?.durationMs).toBeLessThan(1000);
  const dosed = rest.find(({ path }) => path === "steps[7].repeat[0]");
  expect(dosed?.times).toBe(6);
  // 1 mL at 5 mL/min takes 12 s.
  expect(dosed?.durationMs).toBeGreaterThan(6 * 12_000);
  const sum = steps.filter(({ path }) => /^steps\[\d+\]$/.test(path)).reduce((all, one) => all + one.durationMs, 0);
  expect(Math.abs(sum - durationMs)).toBeLessThan(10);
});

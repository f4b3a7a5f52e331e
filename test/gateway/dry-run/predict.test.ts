import { expect, test } from "vitest";
import { DiscreteClock } from "../../../src/discrete-clock.ts";
import { usualAnswer } from "../../../src/gateway/dry-run/answers.ts";
import { needed } from "../../../src/gateway/dry-run/needed.ts";
import { portable, restored } from "../../../src/gateway/dry-run/portable.ts";
import { Gateway } from "../../../src/gateway/gateway.ts";
import { catalogue, exampleBench, foretold, titration } from "./titration.ts";

/** The same procedure on a bench whose time has gone on for a while before. */
async function virtualRun(afterMs: number) {
  const clock = new DiscreteClock();
  const config = restored(portable(needed(await exampleBench(), ["pump", "balance", "ph", "xy"])));
  const processClock = new DiscreteClock();
  const gateway = await clock.until(
    Gateway.open({ config, catalogue, clock, processClock, mock: true, log: () => {}, answer: usualAnswer }),
  );
  await clock.advance(afterMs);
  const from = clock.now();
  const run = gateway.experiments.runs.start({ procedure: await titration(), requestedBy: "test" });
  await clock.until(run.ended);
  const durationMs = clock.now() - from;
  await clock.until(gateway.close());
  return { status: run.status, durationMs };
}

test("the titration is foretold within 5 % of a virtual run of it, step by step, and needs nobody", async () => {
  const { durationMs, steps, mistakes } = await foretold(await exampleBench(), await titration());
  expect(mistakes).toEqual([]);
  const run = await virtualRun(12_345);
  expect(run.status).toBe("completed");
  expect(Math.abs(durationMs - run.durationMs) / run.durationMs).toBeLessThan(0.05);
  const [record, both, ...rest] = steps;
  expect(record).toEqual({ path: "steps[0]", line: 22, startMs: 0, durationMs: 0, times: 1 });
  expect(both).toMatchObject({ path: "steps[1]", startMs: 0 });
  // Homing takes its time; what is set beside it does not.
  expect(rest.find(({ path }) => path === "steps[1].pump[0]")?.durationMs).toBeLessThan(1000);
  const dosed = rest.find(({ path }) => path === "steps[7].repeat[0]");
  expect(dosed?.times).toBe(21);
  // 0.25 mL at 5 mL/min take 3 s.
  expect(dosed?.durationMs).toBeGreaterThan(21 * 3000);
  const sum = steps.filter(({ path }) => /^steps\[\d+\]$/.test(path)).reduce((all, one) => all + one.durationMs, 0);
  expect(Math.abs(sum - durationMs)).toBeLessThan(10);
});

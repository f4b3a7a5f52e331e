/**
 * Loaded into a gateway that is measured, before the gateway itself (`--import`): answers its parent's questions about the
 * process that it is in. It does nothing until it is asked, and keeps nothing from ending.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Holding, Question } from "../insight.ts";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");
const resolutionMs = 5;
const delay = monitorEventLoopDelay({ resolution: resolutionMs });

function holding(): Holding {
  const { heapUsed, external, rss } = process.memoryUsage();
  // It notes how long it took from timer to timer.
  const lateMs = Math.max(0, delay.percentile(99) / 1e6 - resolutionMs);
  return { heap: heapUsed + external, rss, lateMs };
}

/** Once all is gone that can go: what waits for a finalizer goes with a later round. */
async function collected(): Promise<Holding> {
  let least = holding();
  for (let round = 0; round < 6; round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const now = holding();
    if (now.heap < least.heap) least = now;
  }
  return least;
}

process.on("message", async (question: Question) => {
  process.send?.(question === "collected" ? await collected() : holding());
  if (question !== "late") return;
  delay.enable();
  delay.reset();
});
process.channel?.unref();

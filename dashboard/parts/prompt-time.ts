import type { Prompt } from "../bench/shapes.ts";

/** When each was told of; by the browser's clock. A gateway's may be set meanwhile. */
const seen = new WeakMap<Prompt, number>();

/**
 * How long there is to answer by now, at least; ms. Undefined where there is no limit. It is counted in bench time, which
 * passes `timeScale` times as fast on a bench that is simulated so.
 */
export function leftMs(prompt: Prompt, now: number, timeScale: number): number | undefined {
  const since = seen.get(prompt) ?? now;
  seen.set(prompt, since);
  return prompt.leftMs === null ? undefined : Math.max(0, (prompt.leftMs - (now - since) * timeScale) / timeScale);
}

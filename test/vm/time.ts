import { setTimeout as sleep } from "node:timers/promises";

/** Look again and again until there is something to see, and tell how long that took; milliseconds. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  { withinMs = 60_000, everyMs = 20 } = {},
): Promise<{ readonly found: T; readonly tookMs: number }> {
  const start = performance.now();
  for (;;) {
    const found = await look();
    const tookMs = performance.now() - start;
    if (found !== undefined && found !== false) return { found, tookMs };
    if (tookMs > withinMs) throw new Error(`after ${withinMs / 1000} s still not: ${what}`);
    await sleep(everyMs);
  }
}

/** Smallest, median and largest; milliseconds. */
export function spread(times: readonly number[]): string {
  const sorted = times.map((ms) => Math.round(ms)).toSorted((a, b) => a - b);
  return `min ${sorted[0]} ms, median ${sorted[sorted.length >> 1]} ms, max ${sorted.at(-1)} ms, of ${sorted.length}`;
}

/** Less than that says nothing about the rest: parts of a hundred, and ms. */
const leastProgress = 2;
const leastElapsedMs = 1500;

/**
 * How long it will still take, when it goes on as it went so far; ms. Undefined when nobody can tell: there is no progress,
 * or too little of it.
 */
export function remainingMs(progress: number | null, elapsedMs: number): number | undefined {
  if (progress === null || !(progress >= leastProgress) || elapsedMs < leastElapsedMs) return undefined;
  return progress >= 100 ? 0 : (elapsedMs * (100 - progress)) / progress;
}

/** Rounded as far as it can be known: to 5 s, from 5 min on to half a minute, from an hour on to 5 min. */
export function roughly(ms: number): number {
  const step = ms < 20_000 ? 1000 : ms < 300_000 ? 5000 : ms < 3_600_000 ? 30_000 : 300_000;
  return Math.ceil(ms / step) * step;
}

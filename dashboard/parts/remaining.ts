/** Less than that says nothing about the rest: parts of a hundred, and ms. */
const leastProgress = 2;
const leastElapsedMs = 1500;

/**
 * How long it will still take, when it goes on as it went until it last told its progress, at `toldMs` of `elapsedMs`; ms.
 * From then on it becomes less, as nothing is known that would make it more. Undefined when nobody can tell: there is no
 * progress, or too little of it, or it has taken longer than that already.
 */
export function remainingMs(progress: number | null, toldMs: number, elapsedMs: number): number | undefined {
  if (progress === null || !(progress >= leastProgress) || toldMs < leastElapsedMs) return undefined;
  const left = (toldMs * (100 - progress)) / progress - Math.max(0, elapsedMs - toldMs);
  return left > 0 ? left : undefined;
}

/** Rounded as far as it can be known: to 5 s, from 5 min on to half a minute, from an hour on to 5 min. */
export function roughly(ms: number): number {
  const step = ms < 20_000 ? 1000 : ms < 300_000 ? 5000 : ms < 3_600_000 ? 30_000 : 300_000;
  return Math.ceil(ms / step) * step;
}

/** Readings in the order of their times; NaN stands where from then on nothing is known. */
export interface Readings {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/**
 * Which of the readings from `begin` to before `end` are worth drawing where `bucketMs` are one dot wide: of each such
 * bucket the first, the lowest, the highest and the last, and the first that breaks the line. So no peak and no gap is
 * lost, and what follows a bucket goes on from what it ended with.
 */
export function thin({ times, values }: Readings, begin: number, end: number, bucketMs: number): number[] {
  const kept: number[] = [];
  for (let from = begin; from < end; ) {
    const bucket = Math.floor((times[from] ?? 0) / bucketMs);
    let to = from + 1;
    while (to < end && Math.floor((times[to] ?? 0) / bucketMs) === bucket) to++;
    keep(values, from, to, kept);
    from = to;
  }
  return kept;
}

/** So many at most are kept of a bucket. */
export const keptOfBucket = 5;

function keep(values: Float64Array, from: number, to: number, kept: number[]): void {
  if (to - from <= keptOfBucket) {
    for (let i = from; i < to; i++) kept.push(i);
    return;
  }
  let [lowest, highest, broken] = [-1, -1, -1];
  for (let i = from; i < to; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) {
      if (broken < 0) broken = i;
      continue;
    }
    if (lowest < 0 || value < (values[lowest] ?? 0)) lowest = i;
    if (highest < 0 || value > (values[highest] ?? 0)) highest = i;
  }
  const chosen = [...new Set([from, lowest, highest, broken, to - 1])].filter((i) => i >= 0);
  kept.push(...chosen.sort((a, b) => a - b));
}

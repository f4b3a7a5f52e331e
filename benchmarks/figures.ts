/** What a column of measurements comes to. */

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);

/** The value that a share `q` of all values does not exceed. */
export const quantile = (values: readonly number[], q: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? Number.NaN;

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Smallest and largest, for a table. */
export const spread = (values: readonly number[]): string =>
  [quantile(values, 0), quantile(values, 1)].map((value) => value.toFixed(2)).join("–");

/** Ours as a share of theirs, round by round. */
export const ratios = (ours: readonly number[], theirs: readonly number[]): readonly number[] =>
  ours.map((value, round) => value / (theirs[round] ?? Number.NaN));

/** A row of a Markdown table. */
export const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;

/** Milliseconds as microseconds, for a table. */
export const micros = (ms: number): string => (ms * 1000).toFixed(0);

interface Bound {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** Whether a ratio is as promised, for a table. Where it is not, `what` is told as missed, and this process ends with 1. */
export function judged(what: string, ratio: number, { atLeast, atMost }: Bound): string {
  const promise = [
    ...(atLeast === undefined ? [] : [`≥ ${atLeast}`]),
    ...(atMost === undefined ? [] : [`≤ ${atMost}`]),
  ].join(", ");
  const kept = ratio >= (atLeast ?? Number.NEGATIVE_INFINITY) && ratio <= (atMost ?? Number.POSITIVE_INFINITY);
  if (kept) return promise;
  process.exitCode = 1;
  console.error(`missed: ${what} is ${ratio.toFixed(2)}, promised ${promise}`);
  return `${promise}: **missed**`;
}

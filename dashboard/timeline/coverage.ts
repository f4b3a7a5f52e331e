/** From when to when; ms since 1970. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** All of it, with another one: what touches is one. By time. */
export function withInterval(covered: readonly Interval[], { from, to }: Interval): readonly Interval[] {
  const apart = covered.filter((one) => one.to < from || one.from > to);
  const touched = covered.filter((one) => one.to >= from && one.from <= to);
  const all = {
    from: Math.min(from, ...touched.map((one) => one.from)),
    to: Math.max(to, ...touched.map((one) => one.to)),
  };
  return [...apart, all].sort((a, b) => a.from - b.from);
}

/** The one stretch in which all is that is not covered; undefined when nothing is missing. */
export function missing(covered: readonly Interval[], { from, to }: Interval): Interval | undefined {
  const low = covered.find((one) => one.from <= from && one.to > from)?.to ?? from;
  const high = covered.find((one) => one.from < to && one.to >= to)?.from ?? to;
  return low < high ? { from: low, to: high } : undefined;
}

/** Without what was before a time. */
export const since = (covered: readonly Interval[], from: number): readonly Interval[] =>
  covered.filter((one) => one.to > from).map((one) => ({ ...one, from: Math.max(one.from, from) }));

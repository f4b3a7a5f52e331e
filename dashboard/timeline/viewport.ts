/** What is looked at: so long a stretch up to a time, or up to now; ms. */
export interface Viewport {
  readonly spanMs: number;
  /** Where it ends; null: it goes on with the time. */
  readonly until: number | null;
}

const [minute, hour] = [60_000, 3_600_000];

/** Those that are offered, from the shortest on. */
export const spans = [
  [minute, "1 min"],
  [5 * minute, "5 min"],
  [15 * minute, "15 min"],
  [hour, "1 h"],
  [6 * hour, "6 h"],
  [24 * hour, "24 h"],
] as const;

/** So much room is left behind the present, of the whole. */
const ahead = 0.03;

/** From when to when, while `edge` is the present. */
export function windowOf({ spanMs, until }: Viewport, edge: number): { readonly from: number; readonly to: number } {
  const to = until ?? edge + ahead * spanMs;
  return { from: to - spanMs, to };
}

/** Forward or back. What has come to the present goes on with it. */
export function panned(view: Viewport, ms: number, edge: number): Viewport {
  const live = windowOf({ ...view, until: null }, edge).to;
  const to = windowOf(view, edge).to + ms;
  return { ...view, until: to >= live ? null : to };
}

/** To the next longer (1) or shorter (-1) of those that are offered; what is at `at` stays where it is. */
export function zoomed(view: Viewport, by: 1 | -1, edge: number, at?: number): Viewport {
  const all: readonly number[] = spans.map(([ms]) => ms);
  const spanMs = by > 0 ? all.find((ms) => ms > view.spanMs) : all.findLast((ms) => ms < view.spanMs);
  return spanMs === undefined ? view : spanned(view, spanMs, edge, at);
}

export function spanned(view: Viewport, spanMs: number, edge: number, at?: number): Viewport {
  if (view.until === null && at === undefined) return { spanMs, until: null };
  const { from, to } = windowOf(view, edge);
  const fixed = at ?? (from + to) / 2;
  const share = (to - fixed) / view.spanMs;
  return panned({ spanMs, until: fixed + share * spanMs }, 0, edge);
}

/** So that a time is in it, a little away from its ends. */
export function showing(view: Viewport, time: number, edge: number): Viewport {
  const { from, to } = windowOf(view, edge);
  const margin = 0.05 * view.spanMs;
  if (time >= from && time <= to) return view;
  return panned(view, time < from ? time - from - margin : time - to + margin, edge);
}

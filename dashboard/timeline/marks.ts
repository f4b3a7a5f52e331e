import { rankOf, type Span } from "./bar.ts";
import { endOf, firstAt, type Item, type Row } from "./lane.ts";

/** Which stretch of time is drawn how large: x is 0 at `from`. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly pxPerMs: number;
}

/** Something to be drawn: one item, or several that are too small for that. */
export interface Mark {
  readonly key: string;
  readonly x: number;
  readonly width: number;
  /** What it is, where it is one. */
  readonly item: Item | undefined;
  readonly count: number;
  /** Of several: which they are. */
  readonly keys?: ReadonlySet<string>;
  readonly look: Look;
}

export type Look = "pending" | "running" | "completed" | "cancelled" | "error" | "unknown";

/** What is narrower is drawn together with what is as near to it, unless told otherwise; px. */
export const leastWidth = 3;
/** What is drawn together is no wider than that, so that one sees where it got worse; px. */
const mostWidth = 120;

export const xOf = ({ from, pxPerMs }: Scale, time: number): number => (time - from) * pxPerMs;

export function lookOf({ status, bar, step }: Pick<Item, "status" | "bar" | "step">): Look {
  return !step && bar.outcome === "unknown" ? "unknown" : status;
}

const severity: readonly Look[] = ["completed", "pending", "running", "cancelled", "error", "unknown"];

/** What is seen of a row. What goes on reaches to the end of the scale: whoever draws it cuts it off at the present. */
export function marksOf(row: Row, scale: Scale, least = leastWidth): readonly Mark[] {
  const marks: Mark[] = [];
  for (let n = firstAt(row, scale.from); n < row.items.length; n++) {
    const item = row.items[n];
    if (!item || item.requestedAt > scale.to) break;
    if (endOf(item) < scale.from) continue;
    const x = Math.max(0, xOf(scale, item.requestedAt));
    const width = xOf(scale, Math.min(endOf(item), scale.to)) - x;
    const last = marks.at(-1);
    const near = last && x - last.x - last.width < least && last.width < Math.max(mostWidth, 4 * least);
    if (near && width < least && (last.count > 1 || last.width <= least))
      marks[marks.length - 1] = together(last, item, x + Math.max(width, leastWidth));
    else marks.push({ key: item.key, x, width: Math.max(width, leastWidth), item, count: 1, look: lookOf(item) });
  }
  return marks;
}

function together(mark: Mark, item: Item, end: number): Mark {
  const look = lookOf(item);
  const worst = severity.indexOf(look) > severity.indexOf(mark.look) ? look : mark.look;
  const keys = mark.keys ? (mark.keys as Set<string>).add(item.key) : new Set([mark.key, item.key]);
  return {
    ...mark,
    keys,
    width: Math.max(mark.width, end - mark.x),
    item: undefined,
    count: mark.count + 1,
    look: worst,
  };
}

/** How far a span has been in work, in x; undefined while it waits. */
export function workOf(span: Span, scale: Scale): readonly [from: number, to: number] | undefined {
  if (rankOf(span) === 0 || span.startedAt === null) return undefined;
  return [Math.max(0, xOf(scale, span.startedAt)), xOf(scale, Math.min(endOf(span), scale.to))];
}

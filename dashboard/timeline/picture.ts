import { type Item, type Lane, opened } from "./lane.ts";
import { leastWidth, type Mark, marksOf, type Scale } from "./marks.ts";
import type { TimelineModel } from "./model.ts";
import { type Viewport, windowOf } from "./viewport.ts";

/** px. */
export const rowHeight = 24;
export const barHeight = 18;
const idleHeight = 14;
const padding = 5;
/** Above the bars of a lane, where its name has no place beside it. */
const headHeight = 18;

export interface DrawnRow {
  readonly marks: readonly Mark[];
  /** Steps of an invocation that is opened. */
  readonly nested: boolean;
}

export interface DrawnLane {
  readonly thing: string;
  readonly top: number;
  readonly height: number;
  /** Where its first row begins, from its top. */
  readonly head: number;
  /** The same array, as long as nothing in it is drawn otherwise. */
  readonly rows: readonly DrawnRow[];
}

interface Wish {
  readonly things: readonly string[];
  readonly scale: Scale;
  /** The ids of those whose steps are rows of their own. */
  readonly open: ReadonlySet<string>;
  /** Names stand above their lanes. */
  readonly narrow: boolean;
}

/** So many times in a window what is drawn is drawn for another stretch of time. */
const strides = 8;

/** What is drawn for a window: more than that to both sides, so that it can be moved for a while as it is. */
export function scaleOf(view: Viewport, edge: number, width: number): Scale {
  const stride = view.spanMs / strides;
  const from = (Math.floor(windowOf(view, edge).from / stride) - 1) * stride;
  return { from, to: from + view.spanMs + 3 * stride, pxPerMs: width / view.spanMs };
}

/** More of them take a browser too long. */
const maxMarks = 700;
const widest = 100;

/** Remembers what it has drawn last, so that a lane in which nothing has changed costs nothing. */
export class Picture {
  readonly #model: TimelineModel;
  readonly #drawn = new Map<string, { readonly of: readonly unknown[]; readonly rows: readonly DrawnRow[] }>();
  /** What is narrower is drawn together: more of it, the more there is. */
  #least = leastWidth;
  #pxPerMs = 0;

  constructor(model: TimelineModel) {
    this.#model = model;
  }

  draw({ things, scale, open, narrow }: Wish): readonly DrawnLane[] {
    if (scale.pxPerMs !== this.#pxPerMs) this.#least = leastWidth;
    this.#pxPerMs = scale.pxPerMs;
    let all = this.#all(things, scale, open);
    while (countOf(all) > maxMarks && this.#least < widest) {
      this.#least *= 2;
      all = this.#all(things, scale, open);
    }
    let top = 0;
    return things.map((thing, n) => {
      const rows = all[n] ?? [];
      const head = narrow ? headHeight : padding;
      const height = head + padding + Math.max(rows.length * rowHeight, idleHeight);
      top += height;
      return { thing, rows, head, height, top: top - height };
    });
  }

  #all(things: readonly string[], scale: Scale, open: ReadonlySet<string>): readonly (readonly DrawnRow[])[] {
    return things.map((thing) => this.#rows(thing, scale, open));
  }

  #rows(thing: string, scale: Scale, open: ReadonlySet<string>): readonly DrawnRow[] {
    const lane = this.#model.lane(thing);
    const bars = [...open].flatMap((id) => this.#model.bar(id) ?? []).filter((bar) => bar.thing === thing);
    const of = [lane, scale.from, scale.pxPerMs, this.#least, ...bars];
    const before = this.#drawn.get(thing);
    if (before && before.of.length === of.length && of.every((one, n) => one === before.of[n])) return before.rows;
    const drawn = ({ rows }: Lane, nested: boolean) =>
      rows.map((row) => ({ marks: marksOf(row, scale, this.#least), nested }));
    const rows = [...drawn(lane, false), ...bars.flatMap((bar) => drawn(opened(bar), true))];
    this.#drawn.set(thing, { of, rows });
    return rows;
  }
}

const countOf = (lanes: readonly (readonly DrawnRow[])[]): number =>
  lanes.flat().reduce((sum, { marks }) => sum + marks.length, 0);

/** Where something is drawn; nested ones only where `nested` is wanted. */
export function placed(lanes: readonly DrawnLane[], { key, thing }: Item): Place | undefined {
  for (const lane of lanes) {
    if (lane.thing !== thing) continue;
    for (const [n, { marks, nested }] of lane.rows.entries()) {
      const mark = nested ? undefined : marks.find((one) => holds(one, key));
      if (mark) return { mark, y: lane.top + lane.head + n * rowHeight };
    }
  }
  return undefined;
}

export interface Place {
  readonly mark: Mark;
  readonly y: number;
}

const holds = (mark: Mark, key: string): boolean => mark.key === key || (mark.keys?.has(key) ?? false);

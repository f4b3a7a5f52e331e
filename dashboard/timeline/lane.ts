import type { Bar, Span, StepBar } from "./bar.ts";

/** What is drawn in the lane of a Thing: an invocation, or a step of another Thing's. */
export interface Item extends Span {
  /** The id of the invocation, or that and the number of the step. */
  readonly key: string;
  readonly thing: string;
  readonly action: string;
  readonly bar: Bar;
  readonly step?: StepBar | undefined;
}

/** Items that do not overlap, by time. */
export interface Row {
  readonly items: readonly Item[];
  /** For each the latest end of it and of those before. */
  readonly ends: readonly number[];
}

export interface Lane {
  readonly rows: readonly Row[];
}

/** So many rows a lane has at most; in the last one things may lie over each other. */
const maxRows = 6;

export const stepKey = (id: string, n: number): string => `${id}/${n}`;

/** All that is drawn of an invocation, in whichever lanes. */
export function itemsOf(bar: Bar): readonly Item[] {
  return [
    { ...spanOf(bar), key: bar.id, thing: bar.thing, action: bar.action, bar },
    ...bar.steps.map((one) => stepItem(bar, one)),
  ];
}

export function stepItem(bar: Bar, step: StepBar): Item {
  return { ...spanOf(step), key: stepKey(bar.id, step.n), thing: step.thing, action: step.action, bar, step };
}

const spanOf = ({ status, requestedAt, startedAt, endedAt }: Span): Span => ({
  status,
  requestedAt,
  startedAt,
  endedAt,
});

/** When it ends, for who looks for a place beside it. */
export const endOf = ({ endedAt }: Span): number => endedAt ?? Number.POSITIVE_INFINITY;

/** Each in the first row that is free by then. */
export function packed(items: readonly Item[]): Lane {
  const rows: { items: Item[]; ends: number[] }[] = [];
  for (const item of items.toSorted(byTime)) {
    const free = rows.find(({ ends }) => (ends.at(-1) ?? 0) <= item.requestedAt);
    const row = free ?? (rows.length < maxRows ? { items: [], ends: [] } : (rows.at(-1) as (typeof rows)[number]));
    if (!free && rows.length < maxRows) rows.push(row);
    row.ends.push(Math.max(row.ends.at(-1) ?? 0, endOf(item)));
    row.items.push(item);
  }
  return { rows };
}

const byTime = (a: Item, b: Item): number => a.requestedAt - b.requestedAt || (a.key < b.key ? -1 : 1);

/** A row for each Thing that an invocation calls. */
export function opened(bar: Bar): Lane {
  const things = new Map<string, Item[]>();
  for (const step of bar.steps) things.set(step.thing, [...(things.get(step.thing) ?? []), stepItem(bar, step)]);
  return { rows: [...things.values()].flatMap((items) => packed(items).rows) };
}

/** The first in a row that is not over at `time`; its length where there is none. */
export function firstAt({ ends }: Row, time: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

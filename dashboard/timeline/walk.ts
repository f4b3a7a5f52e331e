import type { Item, Lane } from "./lane.ts";

export type Step = "left" | "right" | "up" | "down" | "first" | "last";

/** Lanes as they stand below each other. */
export type Lanes = readonly { readonly thing: string; readonly lane: Lane }[];

const byTime = (a: Item, b: Item): number => a.requestedAt - b.requestedAt || (a.key < b.key ? -1 : 1);
const itemsIn = (lane: Lane): readonly Item[] => lane.rows.flatMap(({ items }) => items).sort(byTime);

/** Where an arrow key leads from one bar: along its lane, or to the nearest in the next lane that has some. */
export function walked(lanes: Lanes, from: Item | undefined, step: Step, near: number): Item | undefined {
  if (!from)
    return nearest(
      lanes.flatMap(({ lane }) => itemsIn(lane)),
      near,
    );
  const here = lanes.findIndex(({ thing }) => thing === from.thing);
  const items = itemsIn(lanes[here]?.lane ?? { rows: [] });
  const n = items.findIndex(({ key }) => key === from.key);
  switch (step) {
    case "left":
      return items[n - 1] ?? from;
    case "right":
      return items[n + 1] ?? from;
    case "first":
      return items[0] ?? from;
    case "last":
      return items.at(-1) ?? from;
    default: {
      const others = step === "up" ? lanes.slice(0, Math.max(0, here)).toReversed() : lanes.slice(here + 1);
      const next = others.find(({ lane }) => lane.rows.length > 0);
      return next ? nearest(itemsIn(next.lane), from.startedAt ?? from.requestedAt) : from;
    }
  }
}

function nearest(items: readonly Item[], time: number): Item | undefined {
  const away = ({ requestedAt, endedAt }: Item) =>
    Math.max(0, requestedAt - time, time - (endedAt ?? Number.POSITIVE_INFINITY));
  let best: Item | undefined;
  // Of those that are as near the later one.
  for (const item of items) if (!best || away(item) <= away(best)) best = item;
  return best;
}

import { shortTime } from "../parts/time-text.ts";

const [second, minute, hour] = [1000, 60_000, 3_600_000];
const steps = [
  ...[5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6].map((n) => n * hour),
];

/** A line across all lanes, and what stands at it. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** At round times of the viewer's zone, so far from each other that their texts have room; times in ms, `leastPx` in px. */
export function ticks(from: number, to: number, pxPerMs: number, leastPx = 90): readonly Tick[] {
  const step = steps.find((ms) => ms * pxPerMs >= leastPx) ?? 6 * hour;
  const zone = -minute * new Date(from).getTimezoneOffset();
  const all: Tick[] = [];
  for (let at = Math.ceil((from + zone) / step) * step - zone; at <= to; at += step) {
    const text = shortTime(at, at);
    all.push({ at, text: step < minute ? text : text.slice(0, 5) });
  }
  return all;
}

import { columnsOf, fitted } from "../terminal/width.ts";

/** Where something is that takes a while. */
export interface Progress {
  /** `pump.dispense` */
  readonly name: string;
  /** What is to be known first, such as `cancelling...`; empty when it just goes on. */
  readonly word: string;
  /** 0 to 100, or null when nobody tells. */
  readonly percent: number | null;
  readonly elapsedMs: number;
  readonly leftMs: number | undefined;
  /** What it waits for, what it has delivered. */
  readonly detail: string;
}

const leastBar = 7;
const mostBar = 32;
const leastDetail = 8;

/** A line with as much of it as `columns` have place for, what matters most first; never a longer one. */
export function progressBar(progress: Progress, columns: number): string {
  const { name, word, percent, elapsedMs, leftMs, detail } = progress;
  let left = columns;
  const take = (text: string): string => {
    const width = columnsOf(text) + 1;
    // No space before the first.
    if (text === "" || width > left + 1) return "";
    left -= left === columns ? width - 1 : width;
    return text;
  };
  const taken = {
    word: take(word),
    percent: take(percent === null ? "" : `${Math.floor(percent)}%`),
    elapsed: take(minutes(elapsedMs)),
    remaining: take(leftMs === undefined ? "" : `~${minutes(leftMs)} left`),
  };
  const hasBar = left > leastBar + 2;
  if (hasBar) left -= leastBar + 1;
  const called = take(name);
  const told = left > leastDetail ? take(fitted(detail, left - 1)) : "";
  const bar = hasBar ? barOf(percent, elapsedMs, Math.min(mostBar, leastBar + Math.max(0, left))) : "";
  const parts = [called, taken.word, bar, taken.percent, taken.elapsed, taken.remaining, told];
  return fitted(parts.filter((part) => part !== "").join(" "), columns);
}

function barOf(percent: number | null, elapsedMs: number, width: number): string {
  const inner = width - 2;
  const full = percent === null ? 0 : Math.floor((inner * Math.min(100, Math.max(0, percent))) / 100);
  if (percent !== null) return `[${"#".repeat(full)}${".".repeat(inner - full)}]`;
  // Something moves there and back, so that one sees that it goes on.
  const way = inner - 2;
  const at = Math.floor(elapsedMs / 400) % (2 * way);
  const from = at < way ? at : 2 * way - at;
  return `[${".".repeat(from)}##${".".repeat(inner - from - 2)}]`;
}

/** `0:07`, `1:02:03` */
export function minutes(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(rest)}:${two(seconds % 60)}` : `${rest}:${two(seconds % 60)}`;
}

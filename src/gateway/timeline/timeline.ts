import type { Clock } from "../../clock.ts";
import { runThing } from "../../experiment/runs/run-record.ts";
import type { InvocationRecord } from "../../invocation/record.ts";
import type { Scheduler } from "../../invocation/scheduler.ts";
import { type Bar, bareBarOf, barOf, type Frame, frameOf } from "./bar.ts";

interface TimelineOptions {
  readonly scheduler: Pick<Scheduler, "known" | "list">;
  readonly processClock: Clock;
}

export interface TimelineFilter {
  /** Whatever was not over then; wall clock, ms. */
  readonly since: number;
  /** Asked for before. */
  readonly until: number;
  readonly thing?: string | undefined;
  /** At most this many. What goes on comes first, then the newest. */
  readonly limit: number;
  /** Whose invocations they may be, beside runs; everybody's unless told. */
  readonly names: ReadonlySet<string> | undefined;
  /** Whether one may be told. */
  sees(record: InvocationRecord): boolean;
}

/** So many parts are told at a time; of what is older than that only how long it has waited and run. */
const maxParts = 5000;

/** What was done when, as it is drawn. */
export class Timeline {
  readonly #scheduler: TimelineOptions["scheduler"];
  readonly #clock: Clock;

  constructor({ scheduler, processClock }: TimelineOptions) {
    this.#scheduler = scheduler;
    this.#clock = processClock;
  }

  /** In the order in which they were asked for, by the wall clock as it is `now`. Throws `StorageError`. */
  async of(filter: TimelineFilter): Promise<{ now: number; bars: readonly Bar[]; truncated: boolean }> {
    const { since, until, limit, thing } = filter;
    // What ends while the history is read is in one of them.
    const before = this.#scheduler.known();
    const stored = await this.#stored(filter);
    const here = [...new Set([...before, ...this.#scheduler.known()])].filter(
      (record) => (thing === undefined || record.thing === thing) && filter.sees(record),
    );
    const now = Date.now();
    const tick = this.#clock.now();
    const ids = new Set(here.map(({ id }) => id));
    const wall = (at: number) => now - (tick - at);
    const all = [...here, ...stored.filter(({ id }) => !ids.has(id))]
      .map((record) => frameOf(record, wall))
      .filter(({ requestedAt, endedAt = now }) => requestedAt < until && endedAt >= since)
      .sort(byAge);
    const frames = newest(all, limit);
    return { now, ...within(frames, (frame) => barOf(frame, wall), frames.length < all.length) };
  }

  /** Those that have ended, and that memory may not have: one more than are told. */
  async #stored({ thing, since, until, limit, names, sees }: TimelineFilter): Promise<readonly InvocationRecord[]> {
    const filter = { endedSince: since, until, limit: limit + 1 };
    if (names === undefined) return this.#scheduler.list({ ...filter, thing }, "history");
    const runs = thing === undefined || thing === runThing;
    const [own, theirs] = await Promise.all([
      this.#scheduler.list({ ...filter, thing, things: names }, "history"),
      runs ? this.#scheduler.list({ ...filter, thing: runThing }, "history") : [],
    ]);
    return [...own, ...theirs.filter(sees)];
  }
}

const byAge = (a: Frame, b: Frame): number => a.record.seq - b.record.seq;

function newest(all: readonly Frame[], limit: number): readonly Frame[] {
  if (all.length <= limit) return all;
  const goesOn = all.filter(({ endedAt }) => endedAt === undefined).slice(-limit);
  const over = all.filter(({ endedAt }) => endedAt !== undefined);
  return [...over.slice(over.length - (limit - goesOn.length)), ...goesOn].sort(byAge);
}

/** With `maxParts`, those of the newest. No more are made than these, or drawing many would keep everybody else waiting. */
function within(frames: readonly Frame[], whole: (frame: Frame) => Bar, truncated: boolean) {
  let left = maxParts;
  let cut = truncated;
  const kept = frames.toReversed().map((frame): Bar => {
    const bar = left > 0 ? whole(frame) : undefined;
    if (bar && bar.parts.length <= left) {
      left -= bar.parts.length;
      return bar;
    }
    [left, cut] = [0, true];
    return bareBarOf(frame);
  });
  return { bars: kept.reverse(), truncated: cut };
}

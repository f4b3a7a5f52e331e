import type { Clock } from "../../clock.ts";

/** Between two messages about one alarm at least this; twice as much after each; and never more; milliseconds. */
const shortestMs = 60_000;
const longestMs = 15 * 60_000;
/** Of which nothing was sent for so long, that has no pauses any more; milliseconds. */
const quietMs = 3_600_000;

/** Keeps an alarm that comes and goes from flooding people: the first message at once, then fewer and fewer. */
export class Pace {
  readonly #clock: Clock;
  readonly #last = new Map<string, { readonly at: number; readonly pauseMs: number }>();

  /** The process clock. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** When the next message about it may be sent. */
  notBefore(alarm: string): number {
    const last = this.#last.get(alarm);
    return last ? last.at + last.pauseMs : Number.NEGATIVE_INFINITY;
  }

  /** One was sent now. */
  sent(alarm: string): void {
    const at = this.#clock.now();
    const last = this.#last.get(alarm);
    const goesOn = last !== undefined && at - last.at < quietMs;
    this.#last.set(alarm, { at, pauseMs: goesOn ? Math.min(longestMs, 2 * last.pauseMs) : shortestMs });
  }
}

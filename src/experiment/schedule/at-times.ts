import type { Clock, Timer } from "../../clock.ts";
import { formatDuration } from "../../duration.ts";
import { type Beat, latestMs, lookMs, type Moment } from "./beat.ts";
import type { CronTimes } from "./cron.ts";

interface Options {
  readonly times: CronTimes;
  /** The process clock: it notices that the machine was suspended. */
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  wallClock(): number;
  /** Whether that is known to be right, or nobody minds. */
  trusted(): boolean;
}

/** A clock that was put back by less than this goes through the same times again, of which none counts twice; ms. */
const againMs = 3 * 3_600_000;

/**
 * At times of the wall clock, which may be set at any moment. What that has passed over, or has come while the machine was
 * suspended or nobody knew whether the clock is right, is left out.
 */
export class AtTimes implements Beat {
  readonly #options: Options;
  #next: number | undefined;
  /** The latest that has come. */
  #last = Number.NEGATIVE_INFINITY;
  /** What the wall clock showed when it was looked at last. */
  #seen = 0;
  #timer: Timer | undefined;
  #begun = false;

  constructor(options: Options) {
    this.#options = options;
  }

  get waitsFor(): "clock" | undefined {
    return this.#begun && this.#next === undefined ? "clock" : undefined;
  }

  begin(come: (moment: Moment) => void): void {
    this.#begun = true;
    this.#seen = this.#options.wallClock();
    this.#plan(this.#seen);
    this.#await(come);
  }

  end(): void {
    this.#begun = false;
    this.#timer?.cancel();
    this.#next = undefined;
  }

  nextInMs(): number | undefined {
    return this.#next === undefined ? undefined : Math.max(0, this.#next - this.#options.wallClock());
  }

  #await(come: (moment: Moment) => void): void {
    this.#timer = this.#options.clock.after(Math.min(lookMs, this.nextInMs() ?? lookMs), () => this.#look(come));
  }

  #look(come: (moment: Moment) => void): void {
    const now = this.#options.wallClock();
    const due = this.#next;
    const putBack = now < this.#seen;
    this.#seen = now;
    const moment = due !== undefined && due <= now ? this.#come(due, now) : undefined;
    if (moment || putBack || due === undefined || !this.#options.trusted()) this.#plan(now);
    this.#await(come);
    if (moment) come(moment);
  }

  #come(due: number, now: number): Moment {
    this.#last = due;
    if (!this.#options.trusted()) return { missed: "nobody knows whether the clock of this machine is right" };
    const late = now - due > latestMs;
    const why = `it was noticed ${formatDuration(now - due)} late: the clock was set, or the machine was suspended`;
    return { missed: late ? why : undefined };
  }

  /** What comes next, seen from a time of the wall clock. */
  #plan(now: number): void {
    const again = this.#last > now && this.#last - now <= againMs;
    this.#next = this.#options.trusted() ? this.#options.times.next(again ? this.#last : now) : undefined;
  }
}

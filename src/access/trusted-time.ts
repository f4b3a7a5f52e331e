import type { Clock } from "../clock.ts";

interface Options {
  /** The process clock. */
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  wallClock?(): number;
  clockTrusted(): boolean;
  /** The latest time that was ever known to be right. */
  readonly latest: number;
}

/** Wall-clock time that never is earlier than it once was for certain: a clock that is turned back revives nothing. */
export class TrustedTime {
  readonly #options: Options;
  #latest: number;
  /** What the process clock showed then. */
  #since: number;

  constructor(options: Options) {
    this.#options = options;
    this.#latest = options.latest;
    this.#since = options.clock.now();
    this.tick();
  }

  /** The latest time that was known to be right, and what has passed since by the process clock. */
  get latest(): number {
    return this.#latest + (this.#options.clock.now() - this.#since);
  }

  now(): number {
    return Math.max(this.#wallClock(), this.latest);
  }

  /** Take note of the wall clock, if it is right. */
  tick(): void {
    const now = this.#wallClock();
    if (now < this.latest || !this.#options.clockTrusted()) return;
    this.#latest = now;
    this.#since = this.#options.clock.now();
  }

  #wallClock(): number {
    return this.#options.wallClock?.() ?? Date.now();
  }
}

import type { Clock, Timer } from "../clock.ts";

/** So many are removed in one go. */
export const pruneStep = 100;

/** Removes some of what is too old; returns whether there is more. */
type Prune = () => boolean;

const everyMs = 60 * 60 * 1000;
/** Much is removed bit by bit. */
const soonMs = 1000;

/** Lets what is too old go, once an hour. */
export class Retention {
  readonly #clock: Clock;
  readonly #prune: Prune;
  #timer: Timer;

  constructor(clock: Clock, prune: Prune) {
    this.#clock = clock;
    this.#prune = prune;
    this.#timer = this.#after(everyMs);
  }

  close(): void {
    this.#timer.cancel();
  }

  #after(ms: number): Timer {
    return this.#clock.after(ms, () => {
      this.#timer = this.#after(this.#prune() ? soonMs : everyMs);
    });
  }
}

import type { Clock } from "../clock.ts";

const windowMs = 1000;
/** More than a network full of browsers asks, and less than would make us a loudspeaker for somebody. */
const maxInWindow = 50;

/** How much is answered of what anybody on the network may ask. */
export class Patient {
  readonly #clock: Clock;
  #since = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether one more is answered. */
  takes(): boolean {
    const now = this.#clock.now();
    if (now - this.#since >= windowMs) {
      this.#since = now;
      this.#count = 0;
    }
    return ++this.#count <= maxInWindow;
  }
}

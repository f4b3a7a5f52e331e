import type { Clock } from "../src/clock.ts";

/** When it all begins: 2026-11-02, 09:00 UTC. */
const beginning = Date.UTC(2026, 10, 2, 9);

/** The time of day: it goes with virtual time, until somebody sets it. Nothing but `Date.now()` may depend on it. */
export class WallClock {
  readonly #real = Date.now;
  readonly #clock: Clock;
  #off = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    Date.now = () => beginning + Math.floor(this.#clock.now()) + this.#off;
  }

  get isRight(): boolean {
    return this.#off === 0;
  }

  /** It jumps by so many ms. */
  jump(ms: number): void {
    this.#off += ms;
  }

  /** It is set right. */
  correct(): void {
    this.#off = 0;
  }

  /** Let the process have its own again. */
  end(): void {
    Date.now = this.#real;
  }
}

import type { Clock, Timer } from "../clock.ts";

/** Asks a device that has said nothing for long whether it is still there: its adapter does not tell. */
export class Liveness {
  readonly #clock: Clock;
  readonly #afterMs: number;
  readonly #ask: () => void;
  #heardAt: number;
  #timer: Timer;

  constructor(clock: Clock, afterMs: number, ask: () => void) {
    this.#clock = clock;
    this.#afterMs = afterMs;
    this.#ask = ask;
    this.#heardAt = clock.now();
    this.#timer = clock.after(afterMs, this.#look);
  }

  /** Called for every piece that comes, so it sets no timer. */
  heard(): void {
    this.#heardAt = this.#clock.now();
  }

  stop(): void {
    this.#timer.cancel();
  }

  readonly #look = (): void => {
    const leftMs = this.#heardAt + this.#afterMs - this.#clock.now();
    if (leftMs <= 0) this.#ask();
    this.#timer = this.#clock.after(leftMs > 0 ? leftMs : this.#afterMs, this.#look);
  };
}

import type { Clock, Timer } from "./clock.ts";

interface Pending {
  readonly due: number;
  readonly fire: () => void;
  timer: Timer;
}

/** So often it looks whether the machine has slept; ms. */
const lookMs = 250;
/** Two clocks that are read one after the other, one of them in steps of 10 ms, differ; ms. */
const differMs = 1000;

interface WakingOptions {
  /** One that stands still while the machine is suspended, as Node's does. */
  readonly clock: Clock;
  /** One that does not; ms. */
  uptime(): number;
  /** The machine has slept for so long; what has come due meanwhile fires next. */
  slept?(ms: number): void;
}

/** Time for what is promised to clients: it passes while the machine is suspended, too. */
export class WakingClock implements Clock {
  readonly #options: WakingOptions;
  readonly #pending = new Set<Pending>();
  #sleptMs = 0;
  #awayMs: number;
  #look: Timer;

  constructor(options: WakingOptions) {
    this.#options = options;
    this.#awayMs = this.#differenceMs();
    this.#look = options.clock.after(lookMs, () => this.#catchUp());
  }

  now(): number {
    return this.#options.clock.now() + this.#sleptMs;
  }

  after(ms: number, run: () => void): Timer {
    const fire = () => {
      this.#pending.delete(pending);
      run();
    };
    const pending: Pending = { due: this.now() + ms, fire, timer: this.#arm(ms, fire) };
    this.#pending.add(pending);
    return {
      cancel: () => {
        this.#pending.delete(pending);
        pending.timer.cancel();
      },
    };
  }

  /** Look no longer. What was set fires all the same. */
  stop(): void {
    this.#look.cancel();
  }

  #arm(ms: number, fire: () => void): Timer {
    return this.#options.clock.after(Math.max(0, ms), fire);
  }

  #differenceMs(): number {
    return this.#options.uptime() - this.#options.clock.now();
  }

  #catchUp(): void {
    const ms = this.#differenceMs() - this.#awayMs;
    this.#awayMs += ms;
    if (ms > differMs) this.#wake(ms);
    this.#look = this.#options.clock.after(lookMs, () => this.#catchUp());
  }

  /** In the order in which they are due now. */
  #wake(ms: number): void {
    this.#sleptMs += ms;
    const now = this.now();
    for (const pending of [...this.#pending].sort((a, b) => a.due - b.due)) {
      pending.timer.cancel();
      pending.timer = this.#arm(pending.due - now, pending.fire);
    }
    this.#options.slept?.(ms);
  }
}

import type { Clock } from "benchd/testing";
import { settled } from "../../src/discrete-clock.ts";

type Timer = ReturnType<Clock["after"]>;
interface Pending {
  readonly run: () => void;
  /** By this clock. */
  readonly due: number;
  timer: Timer;
}

/** Time of a device that goes on while the gateway's stands still: as when its event loop is blocked. */
export class TimeApart implements Clock {
  readonly #bench: Clock;
  readonly #pending = new Set<Pending>();
  #ahead = 0;

  constructor(bench: Clock) {
    this.#bench = bench;
  }

  now(): number {
    return this.#bench.now() + this.#ahead;
  }

  after(ms: number, run: () => void): Timer {
    const pending: Pending = { run, due: this.now() + Math.max(0, ms), timer: { cancel() {} } };
    this.#pending.add(pending);
    this.#arm(pending);
    return {
      cancel: () => {
        this.#pending.delete(pending);
        pending.timer.cancel();
      },
    };
  }

  /** Let `ms` pass for the device alone. */
  async pass(ms: number): Promise<void> {
    const end = this.now() + ms;
    for (let next = this.#first(end); next; next = this.#first(end)) {
      this.#ahead = next.due - this.#bench.now();
      next.timer.cancel();
      this.#fire(next);
      await settled();
    }
    this.#ahead = end - this.#bench.now();
    for (const pending of this.#pending) {
      pending.timer.cancel();
      this.#arm(pending);
    }
  }

  #first(end: number): Pending | undefined {
    const [first] = [...this.#pending].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
    return first;
  }

  #arm(pending: Pending): void {
    pending.timer = this.#bench.after(pending.due - this.now(), () => this.#fire(pending));
  }

  #fire(pending: Pending): void {
    this.#pending.delete(pending);
    pending.run();
  }
}

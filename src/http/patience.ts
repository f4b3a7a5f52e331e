import type { ServerResponse } from "node:http";
import { type Clock, realClock } from "../clock.ts";

/** Beyond this a client that goes away early is worth noticing. */
const longMs = 1000;
export const maxWaitMs = 60_000;

interface Ending {
  readonly ended: Promise<void>;
}

/**
 * Requests that wait for an invocation to end. They are bounded: when too many wait, the next is answered at once. A
 * wait ends early when the client has gone or the server closes; the invocation does not care.
 */
export class Patience {
  readonly #clock: Clock;
  readonly #max: number;
  readonly #all = new Set<() => void>();
  /** One reaction for each invocation: every `then` on a promise would stay until the promise settles. */
  readonly #waiting = new WeakMap<Ending, Set<() => void>>();
  #closed = false;

  constructor(options: { readonly clock?: Clock; readonly max?: number } = {}) {
    this.#clock = options.clock ?? realClock;
    this.#max = options.max ?? 1000;
  }

  get waiting(): number {
    return this.#all.size;
  }

  /** Half of those wait who may: the rest is for those who wait for the end of what they have asked for. */
  get crowded(): boolean {
    return this.#closed || this.#all.size >= this.#max / 2;
  }

  /** Nobody else can wait now. */
  get full(): boolean {
    return this.#closed || this.#all.size >= this.#max;
  }

  /** Resolves when `invocation` has ended, or earlier, at the latest after `ms`, or after `maxMs` where that is less. */
  until(invocation: Ending, ms: number, response: ServerResponse, maxMs = maxWaitMs): Promise<void> {
    if (ms <= 0 || this.full || response.destroyed) return Promise.resolve();
    const waiters = this.#waitersFor(invocation);
    return new Promise((resolve) => {
      const over = () => {
        if (!this.#all.delete(over)) return;
        waiters.delete(over);
        timer.cancel();
        if (ms > longMs) response.off("close", over);
        resolve();
      };
      this.#all.add(over);
      waiters.add(over);
      const timer = this.#clock.after(Math.min(ms, maxMs), over);
      if (ms > longMs) response.once("close", over);
    });
  }

  /** The server closes: nobody waits any longer. */
  close(): void {
    this.#closed = true;
    for (const over of [...this.#all]) over();
  }

  #waitersFor(invocation: Ending): Set<() => void> {
    const known = this.#waiting.get(invocation);
    if (known) return known;
    const waiters = new Set<() => void>();
    this.#waiting.set(invocation, waiters);
    const release = () => {
      this.#waiting.delete(invocation);
      for (const over of [...waiters]) over();
    };
    invocation.ended.then(release, release);
    return waiters;
  }
}

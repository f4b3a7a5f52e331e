import type { ServerResponse } from "node:http";
import { type Clock, realClock } from "../clock.ts";
import { Places } from "./places.ts";

/** Beyond this a client that goes away early is worth noticing. */
const longMs = 1000;
export const maxWaitMs = 60_000;

interface Ending {
  readonly ended: Promise<void>;
}

interface Wait {
  /** Whose place he takes who waits. */
  readonly by: string | undefined;
  /** What a client may wait; milliseconds, a minute unless told. */
  readonly maxMs?: number | undefined;
  /** `events` have places of their own: whoever waits for these keeps nobody from waiting for what he has asked for. */
  readonly among?: "ends" | "events";
}

/**
 * Requests that wait for an invocation to end. They are bounded: when too many wait, the next is answered at once. A
 * wait ends early when the client has gone, somebody who waits less needs its place or the server closes; the invocation
 * does not care.
 */
export class Patience {
  readonly #clock: Clock;
  readonly #places: Readonly<Record<"ends" | "events", Places>>;
  /** One reaction for each invocation: every `then` on a promise would stay until the promise settles. */
  readonly #waiting = new WeakMap<Ending, Set<() => void>>();

  constructor({ clock = realClock, max = 1000 }: { readonly clock?: Clock; readonly max?: number } = {}) {
    this.#clock = clock;
    const full = "too many requests wait already: try again later";
    this.#places = { ends: new Places({ max, full }), events: new Places({ max: Math.ceil(max / 2), full }) };
  }

  get waiting(): number {
    const { ends, events } = this.#places;
    return ends.size + events.size;
  }

  /** Whether somebody can wait now. */
  hasRoom(by: string | undefined, among: "ends" | "events" = "ends"): boolean {
    return this.#places[among].hasRoom(by);
  }

  /** Resolves when `invocation` has ended, or earlier, at the latest after `ms`, or after `maxMs` where that is less. */
  until(
    invocation: Ending,
    ms: number,
    response: ServerResponse,
    { by, maxMs = maxWaitMs, among = "ends" }: Wait,
  ): Promise<void> {
    const places = this.#places[among];
    if (ms <= 0 || response.destroyed || !places.hasRoom(by)) return Promise.resolve();
    const waiters = this.#waitersFor(invocation);
    return new Promise((resolve) => {
      const over = () => {
        if (!waiters.delete(over)) return;
        leave();
        timer.cancel();
        if (ms > longMs) response.off("close", over);
        resolve();
      };
      const leave = places.take(by, over);
      waiters.add(over);
      const timer = this.#clock.after(Math.min(ms, maxMs), over);
      if (ms > longMs) response.once("close", over);
    });
  }

  /** The server closes: nobody waits any longer. */
  close(): void {
    for (const places of Object.values(this.#places)) places.close();
  }

  /** Somebody may not wait any more. */
  end(by: string | undefined): void {
    for (const places of Object.values(this.#places)) places.end(by);
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

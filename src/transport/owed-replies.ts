import type { Clock } from "../clock.ts";

/** A reply that may still come, though nobody waits for it any more. */
export interface OwedReply<M> {
  /** How long the device may take over it, once it has answered what it was asked before. */
  readonly withinMs: number;
  /** Whether it ends with that message; with any, unless told. */
  readonly last?: ((message: M) => boolean) | undefined;
}

/** So many are counted. */
const maxOwed = 100;
/** However many are owed, a device that has been silent for the time of so many has nothing more to say. */
const patience = 3;

/**
 * What the device may still answer to what broke off, and to what broke in. It is counted, as nobody can tell which of
 * them a message answers: a device may serve a break-in first, or drop the answer to what it was doing.
 */
export class OwedReplies<M> {
  readonly #clock: Clock;
  /** Shortest first. */
  #withinMs: number[] = [];
  #last: ((message: M) => boolean) | undefined;
  #since = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether any was counted that has not come. */
  get some(): boolean {
    return this.#withinMs.length > 0;
  }

  /** Bench time after which none is owed any more; long ago when none is now. */
  get until(): number {
    if (this.#withinMs.length === 0) return Number.NEGATIVE_INFINITY;
    return this.#withinMs.slice(-patience).reduce((until, ms) => until + ms, this.#since);
  }

  /** Nothing, if that may come no more. */
  add(reply: OwedReply<M> | undefined): void {
    if (!reply) return;
    const { withinMs, last } = reply;
    if (this.#withinMs.length < maxOwed) this.#withinMs = [...this.#withinMs, withinMs].sort((a, b) => a - b);
    // An exchange with an end of its own is the only exchange: then what does not end it may be a part of it.
    this.#last ??= last;
    this.prolong();
  }

  /** The device has had what was sent only since now. */
  prolong(): void {
    this.#since = this.#clock.now();
  }

  /** Whether that message is owed, or a part of what is. */
  take(message: M): boolean {
    if (this.#clock.now() > this.until) return false;
    this.prolong();
    // Of those left it may be the one that takes longest.
    if (this.#ends(message)) this.#withinMs.shift();
    return true;
  }

  forget(): void {
    this.#withinMs = [];
    this.#last = undefined;
  }

  #ends(message: M): boolean {
    try {
      return this.#last?.(message) ?? true;
    } catch {
      return false; // The driver cannot judge it, and whoever asked has been told of that already.
    }
  }
}

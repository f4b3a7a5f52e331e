const firstMs = 1000;
const longestMs = 15_000;
/** Where two gateways have one name, each that is told waits for long: they are not to take turns at it. */
const firstTakenOverMs = 60_000;
export const longestTakenOverMs = 3_600_000;
/** A connection that has held for so long was a good one. */
const goodMs = 30_000;

/** How long to wait before the next try: growing, and never the same for many gateways whose broker was away. */
export class BackOff {
  readonly #random: () => number;
  #failures = 0;
  #takenOver = 0;

  /** `random` is from 0 to 1. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** After a connection that was not made, or has held for `heldMs`. */
  next({ heldMs, takenOver }: { readonly heldMs: number; readonly takenOver: boolean }): number {
    if (heldMs >= goodMs) this.#failures = 0;
    if (heldMs >= longestTakenOverMs) this.#takenOver = 0;
    if (takenOver) return this.#spread(Math.min(longestTakenOverMs, firstTakenOverMs * 2 ** this.#takenOver++));
    return this.#spread(Math.min(longestMs, firstMs * 2 ** this.#failures++));
  }

  /** Half as long to half as long again. */
  #spread(ms: number): number {
    return ms * (0.5 + this.#random());
  }
}

/** Pulses that the rate is taken from, at most. */
const maxTimes = 64;
/** It is taken over this time, if there are two pulses in it; ms. */
const windowMs = 1000;

/** Counts the pulses of a meter, and tells how fast they come. */
export class Pulses {
  counted = 0;
  /** Those that were lost, and those that came faster than the meter can make them. */
  doubtful = 0;
  readonly #shortestMs: number;
  readonly #zeroMs: number;
  readonly #times: number[] = [];

  /** Two pulses are at least `shortestMs` apart; after `zeroMs` without one nothing flows. */
  constructor(shortestMs: number, zeroMs: number) {
    this.#shortestMs = shortestMs;
    this.#zeroMs = zeroMs;
  }

  /** A pulse at bench time `at`, in ms. */
  add(at: number): void {
    const last = this.#times.at(-1);
    if (last !== undefined && at - last < this.#shortestMs) {
      this.doubtful++;
      return;
    }
    this.counted++;
    this.#times.push(at);
    if (this.#times.length > maxTimes) this.#times.shift();
  }

  /** Pulses a second, at bench time `now`. */
  rate(now: number): number {
    const last = this.#times.at(-1);
    if (last === undefined || now - last > this.#zeroMs) return 0;
    const recent = this.#times.filter((at) => at >= last - windowMs);
    // Slow ones are more than a window apart.
    const taken = recent.length > 1 ? recent : this.#times.slice(-2);
    const [first = last] = taken;
    if (first === last || last - first > Math.max(this.#zeroMs, windowMs)) return 0;
    // When the next one is overdue, it cannot be faster than the time since the last.
    return Math.min((1000 * (taken.length - 1)) / (last - first), 1000 / (now - last));
  }
}

import type { Clock } from "../../clock.ts";

interface Level {
  at: number;
  level: number;
}

/**
 * How often each of many has done something, which is forgotten evenly as time passes. Of those beyond `maxKeys` only
 * whoever did it latest is known.
 */
export class Decaying {
  readonly #clock: Clock;
  readonly #max: number;
  readonly #windowMs: number;
  readonly #maxKeys: number;
  readonly #levels = new Map<string, Level>();

  /** At most `max` at once, and so many again within `windowMs`. */
  constructor(clock: Clock, max: number, windowMs: number, maxKeys = 5000) {
    this.#clock = clock;
    this.#max = max;
    this.#windowMs = windowMs;
    this.#maxKeys = maxKeys;
  }

  get size(): number {
    return this.#levels.size;
  }

  /** Count once more; returns 0, or the milliseconds until it may be tried again, and then it has not been counted. */
  count(key: string): number {
    const now = this.#clock.now();
    const perMs = this.#max / this.#windowMs;
    const known = this.#levels.get(key) ?? { at: now, level: 0 };
    known.level = Math.max(0, known.level - (now - known.at) * perMs);
    known.at = now;
    this.#levels.delete(key);
    const [oldest] = this.#levels.keys();
    if (oldest !== undefined && this.#levels.size >= this.#maxKeys) this.#levels.delete(oldest);
    this.#levels.set(key, known);
    const beyond = known.level + 1 - this.#max;
    if (beyond > 0) return Math.max(1, beyond / perMs);
    known.level++;
    return 0;
  }
}

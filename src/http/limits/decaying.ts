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
  readonly #max: () => number;
  readonly #windowMs: number;
  readonly #maxKeys: number;
  readonly #levels = new Map<string, Level>();

  /** At most `max` at once, and so many again within `windowMs`; it is asked each time. */
  constructor(clock: Clock, max: () => number, windowMs: number, maxKeys = 5000) {
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
    const max = this.#max();
    const perMs = max / this.#windowMs;
    const known = this.#levels.get(key) ?? { at: now, level: 0 };
    // Of more than may be now nobody waits for the end.
    known.level = Math.max(0, Math.min(known.level, max) - (now - known.at) * perMs);
    known.at = now;
    this.#levels.delete(key);
    const [oldest] = this.#levels.keys();
    if (oldest !== undefined && this.#levels.size >= this.#maxKeys) this.#levels.delete(oldest);
    this.#levels.set(key, known);
    const beyond = known.level + 1 - max;
    if (beyond > 0) return Math.max(1, beyond / perMs);
    known.level++;
    return 0;
  }
}

import { keptOfBucket, thin } from "./thin.ts";

export interface SeriesOptions {
  /** So many readings are kept. */
  readonly capacity?: number;
  /** What is older than that goes first; ms. */
  readonly keepMs?: number;
}

/** What is drawn of a series: as long as each other; null where nothing is known. */
export interface Drawn {
  readonly times: number[];
  readonly values: (number | null)[];
}

export interface SeriesReading {
  readonly at: number;
  readonly value: number;
}

export interface WindowOptions {
  /** So many dots it is wide. */
  readonly dots: number;
  /** A value holds until the next one. */
  readonly held: boolean;
}

/**
 * Readings of one number, in the order of their times (ms since 1970, or since a start). Bounded: of what does not fit
 * any more the oldest is thinned out, with its peaks kept, and gone once it is older than `keepMs`.
 */
export class Series {
  readonly #capacity: number;
  readonly #keepMs: number;
  /** Room grows with what comes: most series stay small. */
  #times = new Float64Array(64);
  #values = new Float64Array(64);
  #length = 0;
  #version = 0;

  constructor({ capacity = 12_000, keepMs = Number.POSITIVE_INFINITY }: SeriesOptions = {}) {
    this.#capacity = Math.max(capacity, 20 * keptOfBucket);
    this.#keepMs = keepMs;
  }

  get length(): number {
    return this.#length;
  }

  /** Another one whenever it has changed. */
  get version(): number {
    return this.#version;
  }

  /** When it begins, or undefined. */
  get begins(): number | undefined {
    return this.#length === 0 ? undefined : this.#times[0];
  }

  get ends(): number | undefined {
    return this.#length === 0 ? undefined : this.#times[this.#length - 1];
  }

  /** The last value is known to hold. */
  get holds(): boolean {
    return this.#length > 0 && !Number.isNaN(this.#values[this.#length - 1]);
  }

  /** The last value that there was, whether it still holds or not. */
  get latest(): SeriesReading | undefined {
    return this.last(1)[0];
  }

  /** The last `n` values, the newest first. */
  last(n: number): SeriesReading[] {
    const found: SeriesReading[] = [];
    for (let i = this.#length - 1; i >= 0 && found.length < n; i--) {
      const [at = 0, value = Number.NaN] = [this.#times[i], this.#values[i]];
      if (!Number.isNaN(value)) found.push({ at, value });
    }
    return found;
  }

  /** A value that is no finite number breaks the line. What is told late goes where it belongs. */
  push(at: number, value: number): void {
    if (!Number.isFinite(at)) return;
    this.#makeRoom(at);
    let i = this.#length;
    while (i > 0 && (this.#times[i - 1] ?? 0) > at) i--;
    this.#times.copyWithin(i + 1, i, this.#length);
    this.#values.copyWithin(i + 1, i, this.#length);
    this.#times[i] = at;
    this.#values[i] = Number.isFinite(value) ? value : Number.NaN;
    this.#length++;
    this.#version++;
  }

  /** From `at` on, or from the last reading where that is later, nothing is known until the next reading. */
  break(at: number): void {
    if (this.holds) this.push(Math.max(at, this.#times[this.#length - 1] ?? at), Number.NaN);
  }

  /** The gateway's clock was set back: what is later than `at` has no place on it any more. */
  forgetAfter(at: number): void {
    const before = this.#length;
    while (this.#length > 0 && (this.#times[this.#length - 1] ?? 0) > at) this.#length--;
    if (this.#length < before) this.#version++;
  }

  /** What there is to draw between two times, thinned out to what can be seen. */
  between(from: number, to: number, { dots, held }: WindowOptions): Drawn {
    // One on each side, so that lines go to the edges.
    const begin = Math.max(0, this.#after(from) - 1);
    const end = Math.min(this.#length, this.#after(to) + (held ? 0 : 1));
    const bucketMs = Math.max((to - from) / Math.max(dots, 1), Number.MIN_VALUE);
    const drawn: { times: number[]; values: (number | null)[] } = { times: [], values: [] };
    for (const i of thin({ times: this.#times, values: this.#values }, begin, end, bucketMs)) {
      const [at = 0, value = Number.NaN] = [this.#times[i], this.#values[i]];
      drawn.times.push(held ? Math.max(at, from) : at);
      drawn.values.push(Number.isNaN(value) ? null : value);
    }
    const last = drawn.values.at(-1);
    if (held && last !== undefined && last !== null && (drawn.times.at(-1) ?? to) < to) {
      drawn.times.push(to);
      drawn.values.push(last);
    }
    return drawn;
  }

  /** What it was at a time, or the reading next to it where values do not hold; undefined where nothing is known. */
  at(time: number, held: boolean): SeriesReading | undefined {
    const i = this.#after(time);
    const reading = (index: number): SeriesReading | undefined => {
      const [at, value] = [this.#times[index], this.#values[index]];
      if (index < 0 || index >= this.#length || at === undefined || value === undefined || Number.isNaN(value)) return;
      return { at, value };
    };
    const before = reading(i - 1);
    if (held) return before;
    const after = reading(i);
    if (!before || !after) return before ?? after;
    return time - before.at <= after.at - time ? before : after;
  }

  /** The next reading after a time, or before it; undefined where there is none. */
  beside(time: number, step: 1 | -1): number | undefined {
    let i = step === 1 ? this.#after(time) : this.#after(time) - 1;
    while (i >= 0 && i < this.#length) {
      const at = this.#times[i];
      if (at !== undefined && at !== time && !Number.isNaN(this.#values[i])) return at;
      i += step;
    }
    return undefined;
  }

  /** How many readings are not later than `time`. */
  #after(time: number): number {
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #makeRoom(now: number): void {
    if (this.#length < this.#times.length) return;
    if (this.#length < this.#capacity) {
      this.#grow(Math.min(2 * this.#length, this.#capacity));
      return;
    }
    // What held when that begins is still wanted.
    const gone = Math.max(0, this.#after(now - this.#keepMs) - 1);
    this.#replace(0, gone, []);
    if (this.#length > this.#capacity / 2) this.#thinOut();
  }

  /** Where everything is kept the whole is thinned out alike; where old readings go, only the older half. */
  #thinOut(): void {
    const end = Number.isFinite(this.#keepMs) ? this.#length >> 1 : this.#length;
    const span = (this.#times[end - 1] ?? 0) - (this.#times[0] ?? 0);
    const wanted = end >> 1;
    // Readings of one and the same time would otherwise be no bucket.
    const bucketMs = Math.max((span * keptOfBucket) / wanted, 1e-6);
    this.#replace(0, end, thin({ times: this.#times, values: this.#values }, 0, end, bucketMs));
  }

  #grow(size: number): void {
    const [times, values] = [new Float64Array(size), new Float64Array(size)];
    times.set(this.#times);
    values.set(this.#values);
    this.#times = times;
    this.#values = values;
  }

  /** Keeps of those from `begin` to before `end` the ones whose places are told. */
  #replace(begin: number, end: number, kept: readonly number[]): void {
    let to = begin;
    for (const i of kept) {
      this.#times[to] = this.#times[i] ?? 0;
      this.#values[to] = this.#values[i] ?? Number.NaN;
      to++;
    }
    this.#times.copyWithin(to, end, this.#length);
    this.#values.copyWithin(to, end, this.#length);
    this.#length -= end - to;
  }
}

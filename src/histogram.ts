/**
 * How values are spread, as Prometheus wants it: how many are at most each of some bounds. A few numbers, however many
 * values there are.
 */
export class Histogram {
  /** Ascending. */
  readonly bounds: readonly number[];
  /** How many are at most the bound of the same place, and above the one before; the last is of those above all. */
  readonly counts: number[];
  #sum = 0;
  #count = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  get sum(): number {
    return this.#sum;
  }
  get count(): number {
    return this.#count;
  }

  /** What is no number does not count. */
  observe(value: number): void {
    if (!Number.isFinite(value)) return;
    let place = 0;
    while (place < this.bounds.length && value > (this.bounds[place] ?? 0)) place++;
    this.counts[place] = (this.counts[place] ?? 0) + 1;
    this.#sum += value;
    this.#count++;
  }
}

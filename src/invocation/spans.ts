/** From when to when; undefined while it goes on. */
export interface Span {
  readonly from: number;
  readonly to: number | undefined;
}

interface SpansOptions {
  /** What is shorter is not kept, and what comes so soon after the one before belongs to it; ms. */
  readonly leastMs: number;
  /** So many are kept; then the last one is stretched. */
  readonly max: number;
}

/** When something was so. What overlaps is one span. */
export class Spans {
  readonly #options: SpansOptions;
  readonly #over: { readonly from: number; to: number }[] = [];
  #open = 0;
  #since = 0;

  constructor(options: SpansOptions) {
    this.#options = options;
  }

  begin(now: number): void {
    if (this.#open++ === 0) this.#since = now;
  }

  /** Once for each `begin`. */
  end(now: number): void {
    if (this.#open === 0 || --this.#open > 0) return;
    const { leastMs, max } = this.#options;
    if (now - this.#since < leastMs) return;
    const last = this.#over.at(-1);
    if (last && (this.#since - last.to < leastMs || this.#over.length >= max)) last.to = now;
    else this.#over.push({ from: this.#since, to: now });
  }

  /** In order; the last may go on. */
  at(now: number): readonly Span[] {
    const goesOn = this.#open > 0 && now - this.#since >= this.#options.leastMs;
    return goesOn ? [...this.#over, { from: this.#since, to: undefined }] : [...this.#over];
  }
}

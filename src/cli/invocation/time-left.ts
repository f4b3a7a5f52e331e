/** Below this it is a guess; percent. */
const leastPercent = 1;

/** How long something will still take, if it goes on as it has begun. */
export class TimeLeft {
  readonly #beganAt: number;
  #last: { readonly percent: number; readonly at: number } | undefined;

  constructor(beganAt: number) {
    this.#beganAt = beganAt;
  }

  told(percent: number | null, at: number): void {
    if (percent === this.#last?.percent) return;
    this.#last = percent === null ? undefined : { percent, at };
  }

  /** Milliseconds; undefined while nobody can tell. */
  left(now: number): number | undefined {
    if (!this.#last || this.#last.percent < leastPercent) return undefined;
    const { percent, at } = this.#last;
    const whole = ((at - this.#beganAt) * (100 - percent)) / percent;
    return Math.max(0, whole - (now - at));
  }
}

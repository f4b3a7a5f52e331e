/** What was found at some moment. */
export interface Finding {
  /** Whether it is as it should not be; undefined when nobody can tell. */
  readonly bad: boolean | undefined;
  /** In words, for people. */
  readonly why: string;
}

interface Durations {
  readonly forMs: number;
  readonly clearAfterMs: number;
  /** Not known for so long counts as bad; never when undefined. */
  readonly unknownMs: number | undefined;
}

/**
 * Whether an alarm is raised: when it was bad for one time without a break, until it was good for another. What nobody can
 * tell breaks off neither what is bad nor, of itself, makes anything good.
 */
export class Hysteresis {
  readonly #durations: Durations;
  #raised: boolean;
  /** Each since when, without a break; by the clock of whoever asks. */
  #bad: number | undefined;
  #good: number | undefined;
  #unknown: number | undefined;

  constructor(durations: Durations, raised: boolean) {
    this.#durations = durations;
    this.#raised = raised;
  }

  get raised(): boolean {
    return this.#raised;
  }

  /** Whether that has raised or cleared it. */
  judge(now: number, { bad }: Pick<Finding, "bad">): boolean {
    const { forMs, clearAfterMs, unknownMs } = this.#durations;
    this.#bad = bad === false ? undefined : bad ? (this.#bad ?? now) : this.#bad;
    this.#good = bad === false ? (this.#good ?? now) : undefined;
    this.#unknown = bad === undefined ? (this.#unknown ?? now) : undefined;
    const longBad = bad === true && now - (this.#bad ?? now) >= forMs;
    const longUnknown = unknownMs !== undefined && this.#unknown !== undefined && now - this.#unknown >= unknownMs;
    const longGood = this.#good !== undefined && now - this.#good >= clearAfterMs;
    if (this.#raised ? !longGood : !(longBad || longUnknown)) return false;
    this.#raised = !this.#raised;
    return true;
  }
}

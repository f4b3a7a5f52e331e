/** The sheath of a probe is this far behind; s. */
const lagS = 3;

/** A temperature probe in something whose temperature changes evenly between two looks at it. */
export class Probe {
  readonly #truth: (now: number) => number;
  #at: number;
  #true: number;
  #felt: number;

  constructor(now: number, truth: (now: number) => number) {
    this.#truth = truth;
    this.#at = now;
    this.#true = truth(now);
    this.#felt = this.#true;
  }

  at(now: number): number {
    const seconds = (now - this.#at) / 1000;
    if (seconds <= 0) return this.#felt;
    const truth = this.#truth(now);
    // Behind an even rise it stays by the rise of its lag, once it has caught up with it.
    const behind = ((truth - this.#true) / seconds) * lagS;
    this.#felt = truth - behind + (this.#felt - this.#true + behind) * Math.exp(-seconds / lagS);
    this.#true = truth;
    this.#at = now;
    return this.#felt;
  }
}

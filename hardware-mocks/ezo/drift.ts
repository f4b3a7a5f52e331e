/** A probe that is 95 % of the way to a new value after half a minute. */
const lagS = 30 / Math.log(20);

/** A value that a probe follows slowly. */
export class Drift {
  /** Where it tends to. */
  #final: number;
  #value: number;
  #at: number;

  constructor(now: number, value: number) {
    this.#final = value;
    this.#value = value;
    this.#at = now;
  }

  /** What it is put into changes. */
  put(now: number, value: number): void {
    this.#value = this.at(now);
    this.#at = now;
    this.#final = value;
  }

  at(now: number): number {
    const seconds = Math.max(0, now - this.#at) / 1000;
    return this.#final + (this.#value - this.#final) * Math.exp(-seconds / lagS);
  }
}

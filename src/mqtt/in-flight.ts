import { LaneFullError } from "../errors.ts";

/** So many wait for their turn. */
const maxWaiting = 1000;

/** Lets so many go at a time, and the others after them, in their order. */
export class InFlight {
  readonly #max: number;
  #going = 0;
  #closed: Error | undefined;
  readonly #waiting: { readonly begin: () => void; readonly reject: (error: Error) => void }[] = [];

  constructor(max: number) {
    this.#max = Math.max(1, max);
  }

  /** Those that go, and those that wait. */
  get size(): number {
    return this.#going + this.#waiting.length;
  }

  /** What `go` comes to. Rejects with `LaneFullError` when too many wait already. */
  run(go: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(this.#closed);
      if (this.#waiting.length >= maxWaiting)
        return reject(new LaneFullError(`${maxWaiting} messages wait for the broker already: it takes them slowly`));
      const begin = () => {
        this.#going++;
        go()
          .then(resolve, reject)
          .finally(() => this.#next());
      };
      if (this.#going < this.#max) begin();
      else this.#waiting.push({ begin, reject });
    });
  }

  /** Nothing more goes; those that wait reject with `why`. */
  close(why: Error): void {
    this.#closed = why;
    for (const { reject } of this.#waiting.splice(0)) reject(why);
  }

  #next(): void {
    this.#going--;
    if (!this.#closed) this.#waiting.shift()?.begin();
  }
}

import type { EdgeFilter } from "./edge-filter.ts";
import { eventCount, readEvent } from "./gpio-uapi.ts";

/** A moment by the two clocks: nanoseconds of the kernel's, milliseconds of the bench's. Both run alike. */
export interface Moment {
  readonly kernelTime: bigint;
  readonly benchTime: number;
}

/** Turns what is read of a line into edges at their own times, and notes which are missing. */
export class LineEdges {
  readonly #filter: EdgeFilter;
  readonly #moment: Moment;
  #number = 0;
  #rising: boolean | undefined;

  constructor(filter: EdgeFilter, moment: Moment) {
    this.#filter = filter;
    this.#moment = moment;
  }

  take(read: Buffer): void {
    let gap = false;
    for (let index = 0; index < eventCount(read); index++) {
      if (this.#filter.holding) {
        this.#skip(read);
        return;
      }
      const { at, rising, number } = readEvent(read, index);
      const between = (number - this.#number - 1) >>> 0;
      // Two in the same direction: the level was read when there had been another one already.
      const missed = between > 0 || rising !== this.#rising ? between : 1;
      gap ||= missed > 0;
      this.#number = number;
      this.#rising = rising;
      this.#filter.edge(rising, this.#benchTime(at), missed);
    }
    if (gap && !this.#filter.holding) this.#filter.sync();
  }

  /** In a storm they are counted, not looked at. */
  #skip(read: Buffer): void {
    const { number, rising } = readEvent(read, eventCount(read) - 1);
    this.#filter.skip((number - this.#number) >>> 0);
    this.#number = number;
    this.#rising = rising;
  }

  #benchTime(at: bigint): number {
    return this.#moment.benchTime + Number(at - this.#moment.kernelTime) / 1e6;
  }
}

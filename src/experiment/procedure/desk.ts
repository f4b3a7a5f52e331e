import type { Clock } from "../../clock.ts";
import { LaneFullError } from "../../errors.ts";
import { type ReadProcedure, readProcedure, type Written } from "./read.ts";

/** So many may wait; more come again later. */
const maxWaiting = 16;
/** Reading takes one part of so many of the time that there is. */
const share = 4;

/**
 * Where documents that others send are read: one after the other, and with pauses that grow with the time it takes, as
 * whoever sends large ones again and again must not take the event loop from the instruments.
 */
export class Desk {
  readonly #clock: Clock;
  #waiting = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /** By the process clock. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** As `readProcedure`; rejects with `LaneFullError` when too many wait. */
  read(written: Written): Promise<ReadProcedure> {
    return this.take(() => readProcedure(written));
  }

  /** The same for anything that is done with such a document. */
  take<T>(work: () => T): Promise<T> {
    if (this.#waiting >= maxWaiting)
      return Promise.reject(new LaneFullError("too many procedures are being read: try again later"));
    this.#waiting++;
    let ms = 0;
    const result = this.#turn.then(() => {
      this.#waiting--;
      const before = this.#clock.now();
      try {
        return work();
      } finally {
        ms = this.#clock.now() - before;
      }
    });
    this.#turn = result.catch(() => {}).then(() => (ms >= 1 ? this.#pause(ms * (share - 1)) : undefined));
    return result;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.after(ms, resolve));
  }
}

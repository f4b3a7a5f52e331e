import type { Clock, Timer } from "../clock.ts";
import { Moment } from "../invocation/moment.ts";

interface Options {
  readonly clock: Clock;
  /** In memory there is nothing to be saved by waiting, and virtual time would pass meanwhile. */
  readonly inMemory: boolean;
  commit(): void;
}

/** What changes while an invocation runs is written this often; process time, milliseconds. */
const coalesceMs = 1000;

/** When to commit: once for all that happens in a turn of the event loop. */
export class Commits {
  readonly #options: Options;
  #scheduled = false;
  #next = new Moment();
  #coalescing: Timer | undefined;
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Resolves when the next has been tried. */
  get next(): Promise<void> {
    return this.#next.promise;
  }

  /** Once the turn is over, with all that others have to write by then. */
  soon(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    const commit = () => {
      this.#scheduled = false;
      this.#options.commit();
    };
    if (this.#options.inMemory) queueMicrotask(commit);
    else setImmediate(commit);
  }

  /** Within a second. */
  later(): void {
    if (this.#closed) return;
    this.#coalescing ??= this.#options.clock.after(coalesceMs, () => {
      this.#coalescing = undefined;
      this.#options.commit();
    });
  }

  /** It has been tried to write all that there was. */
  tried(): void {
    const group = this.#next;
    this.#next = new Moment();
    group.come();
  }

  close(): void {
    this.#closed = true;
    this.#coalescing?.cancel();
  }
}

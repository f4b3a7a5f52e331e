import { AsyncResource } from "node:async_hooks";
import type { Clock, Timer } from "../../clock.ts";
import type { BenchEvent } from "./event.ts";
import type { EventLog } from "./event-log.ts";

/** What changes all the time is told as often as this at most. */
const windowMs = 50;

/** What to tell once it is told; nothing, when that has been told already. */
type Make = () => BenchEvent | undefined;

/**
 * Tells an event log what happens. What changes all the time is told at once when it has been quiet, and then in each
 * window what it has come to; but before anything that is told by itself, so that nothing comes after its end.
 */
export class Coalescer {
  readonly #log: Pick<EventLog, "add">;
  /** What was told within this window, by key, and what is to be told of it since. */
  readonly #open = new Map<string, Make | undefined>();
  readonly #arm: () => void;
  #timer: Timer | undefined;
  #closed = false;

  /** The process clock. */
  constructor(log: Pick<EventLog, "add">, clock: Clock) {
    this.#log = log;
    // Armed in the context of whatever has changed something, the timer would keep that in memory.
    this.#arm = AsyncResource.bind(() => {
      this.#timer ??= clock.after(windowMs, () => this.#next());
    });
  }

  /** Now, and what is pending before it. */
  tell(event: BenchEvent): void {
    this.flush();
    this.#log.add(event);
  }

  /** What `key` stands for has changed: `make` says to what, when that is told. */
  changed(key: string, make: Make): void {
    const waits = this.#open.has(key) && !this.#closed;
    // In the order of their latest changes.
    this.#open.delete(key);
    if (!this.#closed) {
      this.#open.set(key, waits ? make : undefined);
      this.#arm();
    }
    if (!waits) this.#add(make);
  }

  /** Tell what is pending. */
  flush(): void {
    for (const [key, make] of this.#open) {
      if (!make) continue;
      this.#open.set(key, undefined);
      this.#add(make);
    }
  }

  /** Tell what is pending; from now on each change is told at once. */
  close(): void {
    this.flush();
    this.#closed = true;
    this.#timer?.cancel();
  }

  #next(): void {
    this.#timer = undefined;
    for (const [key, make] of this.#open) if (!make) this.#open.delete(key);
    if (this.#open.size === 0) return;
    this.#arm();
    this.flush();
  }

  #add(make: Make): void {
    const event = make();
    if (event) this.#log.add(event);
  }
}

import { AsyncResource } from "node:async_hooks";
import type { Clock, Timer } from "../clock.ts";
import type { BenchEvent } from "./event.ts";
import type { EventLog } from "./event-log.ts";

/** What changes all the time is told as often as this at most. */
const windowMs = 50;

/** Something that changes all the time. */
interface Changing {
  readonly key: string;
  /** The Thing, the invocation or the like that it is a part of. */
  readonly about: string;
  /** What it has become, when that is to be told; nothing, when it has been told already. */
  event(): BenchEvent | undefined;
}

/**
 * Tells an event log what happens. What changes all the time is told at once when it has been quiet, and then in each
 * window what it has come to; but before the end of what it is about.
 */
export class Coalescer {
  readonly #log: Pick<EventLog, "add">;
  /** What was told within this window, by key, and what is to be told of it since. */
  readonly #open = new Map<string, Changing | undefined>();
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

  /** Now; before it, what has changed of what it is about. */
  tell(event: BenchEvent, about: readonly string[]): void {
    this.#flush((changing) => about.includes(changing.about));
    this.#log.add(event);
  }

  /** It has changed. */
  changed(changing: Changing): void {
    const { key } = changing;
    const waits = this.#open.has(key) && !this.#closed;
    // In the order of their latest changes.
    this.#open.delete(key);
    if (!this.#closed) {
      this.#open.set(key, waits ? changing : undefined);
      this.#arm();
    }
    if (!waits) this.#add(changing);
  }

  /** Tell what is pending; from now on each change is told at once. */
  close(): void {
    this.#flush();
    this.#closed = true;
    this.#timer?.cancel();
  }

  #next(): void {
    this.#timer = undefined;
    for (const [key, changing] of this.#open) if (!changing) this.#open.delete(key);
    if (this.#open.size === 0) return;
    this.#arm();
    this.#flush();
  }

  #flush(wanted: (changing: Changing) => boolean = () => true): void {
    for (const [key, changing] of this.#open) {
      if (!changing || !wanted(changing)) continue;
      this.#open.set(key, undefined);
      this.#add(changing);
    }
  }

  #add(changing: Changing): void {
    const event = changing.event();
    if (event) this.#log.add(event);
  }
}

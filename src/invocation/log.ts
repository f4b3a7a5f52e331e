import type { LogLevel } from "../context.ts";
import { cut } from "../readable.ts";

export interface LogEntry {
  /** Counts up within its invocation, also over entries that have been dropped. */
  readonly seq: number;
  /** Wall clock, milliseconds since 1970. */
  readonly at: number;
  readonly level: LogLevel;
  /** The Thing that speaks. */
  readonly thing: string;
  readonly message: string;
  /** For what was not expected: the class of the error and where it arose. */
  readonly error?: { readonly name: string; readonly stack: string };
}

const maxEntries = 1000;
const maxMessage = 4096;

/** The last entries of an invocation's log, and how many older ones had to go. */
export class InvocationLog {
  #entries: LogEntry[] = [];
  /** Index of the oldest entry, once the ring is full. */
  #oldest = 0;
  #seq = 0;

  get dropped(): number {
    return this.#seq - this.#entries.length;
  }

  /** The number that the next entry will get. */
  get nextSeq(): number {
    return this.#seq;
  }

  /** Go on after these. */
  restore(entries: readonly LogEntry[]): void {
    this.#entries = entries.slice(-maxEntries);
    this.#seq = (entries.at(-1)?.seq ?? -1) + 1;
  }

  add(entry: Omit<LogEntry, "seq">): LogEntry {
    const added: LogEntry = { ...entry, message: cut(entry.message, maxMessage), seq: this.#seq++ };
    if (this.#entries.length < maxEntries) this.#entries.push(added);
    else {
      this.#entries[this.#oldest] = added;
      this.#oldest = (this.#oldest + 1) % maxEntries;
    }
    return added;
  }

  /** Oldest first, from `since` on. */
  entries(since = 0): readonly LogEntry[] {
    const ordered = [...this.#entries.slice(this.#oldest), ...this.#entries.slice(0, this.#oldest)];
    return since > 0 ? ordered.filter((entry) => entry.seq >= since) : ordered;
  }
}

import type { Invocation } from "../invocation/invocation.ts";
import { isTerminal } from "../invocation/state.ts";
import { Entry } from "./entry.ts";

/** Ended ones that could not be written; beyond it the oldest are lost. */
const maxEnds = 1000;

/** What the journal knows of invocations that the file does not have, or not as they are now. */
export class Unwritten {
  #waiting = new Set<Entry>();

  get size(): number {
    return this.#waiting.size;
  }
  [Symbol.iterator](): Iterator<Entry> {
    return this.#waiting.values();
  }

  /** Also of those that have been written. */
  entryOf(invocation: Invocation): Entry | undefined {
    const { kept } = invocation;
    return kept instanceof Entry ? kept : undefined;
  }

  /** `home` has it already if it was asked for in an earlier process. */
  begin(invocation: Invocation, home: object | undefined, uptime: () => number): void {
    const { again, restartWithinMs } = invocation;
    // The kernel is asked for it only where somebody will want to know.
    const askedAt = restartWithinMs === undefined ? undefined : uptime() - (again?.waitedMs ?? 0);
    const entry = new Entry(invocation, askedAt);
    if (home && again) entry.goesOnIn(home, again);
    invocation.kept = entry;
    this.#waiting.add(entry);
  }

  add(entry: Entry): void {
    if (!entry.unwritable) this.#waiting.add(entry);
  }

  /** It can never be written, and keeps nothing else from it. */
  giveUp(entry: Entry): void {
    entry.unwritable = true;
    this.#waiting.delete(entry);
  }

  /** All of it has been written. */
  clear(): void {
    // A cleared one leads from its old table to the next, which an old one keeps with all that was in it.
    if (this.#waiting.size > 0) this.#waiting = new Set();
  }

  isWritten(invocation: Invocation): boolean {
    const entry = this.entryOf(invocation);
    return !entry || entry.status === invocation.status;
  }

  /** Written, or tried in vain. */
  isSeenTo(invocation: Invocation): boolean {
    const entry = this.entryOf(invocation);
    return this.isWritten(invocation) || entry?.tried === invocation.status || entry?.unwritable === true;
  }

  /** Those that have ended. */
  ends(): readonly Invocation[] {
    if (this.#waiting.size === 0) return [];
    return [...this.#waiting].map(({ invocation }) => invocation).filter(({ status }) => isTerminal(status));
  }

  find(id: string): Invocation | undefined {
    return this.ends().find((one) => one.id === id);
  }

  /** Writing has failed: each tells so itself, once. */
  failed(error: Error): void {
    const ends = [...this.#waiting].filter(({ invocation }) => isTerminal(invocation.status));
    for (const entry of ends.slice(0, -maxEnds)) this.#waiting.delete(entry);
    for (const entry of this.#waiting) {
      entry.tried = entry.invocation.status;
      if (entry.told) continue;
      entry.told = true;
      const { invocation } = entry;
      invocation.write("warning", invocation.thing, `this could not be recorded yet: ${error.message}`);
    }
  }
}

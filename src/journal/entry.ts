import type { Invocation } from "../invocation/invocation.ts";
import type { Part, Waiting } from "../invocation/journal.ts";
import { type InvocationStatus, isTerminal } from "../invocation/state.ts";

export const nothing: ReadonlySet<Part> = new Set();
const complete: readonly never[] = [];
const everything: ReadonlySet<Part> = new Set(["delivery", "log", "steps", "positions", "excerpts"]);

/** An invocation, and what the journal has yet to write of it. */
export class Entry {
  readonly invocation: Invocation;
  /** As the file has it; undefined: not at all. */
  status: InvocationStatus | undefined;
  /** The status that it has been tried to write, in vain. */
  tried: InvocationStatus | undefined;
  /** What has changed since it was written. */
  changed: ReadonlySet<Part> = nothing;
  /** The first log entry that is not written. */
  nextLog = 0;
  /** The steps as they are written, by number; most have none. */
  steps: ReadonlyMap<number, string> | undefined;
  /** The length of each part as it is written that is written again when it changes, by name. */
  parts: ReadonlyMap<string, number> | undefined;
  /** Steady wall clock, milliseconds; once it has ended. */
  listedUntil: number | undefined;
  /** What it takes in the file, about. */
  bytes = 0;
  /** Uptime at its request, milliseconds; undefined when nobody knows, or it does not outlive this process. */
  readonly askedAt: number | undefined;
  /** What is too large to be kept. */
  omitted: readonly ("input" | "output")[] = complete;
  /** Its log tells already that it could not be written. */
  told = false;
  /** No file takes it: it is in memory only. */
  unwritable = false;
  /** The file that has what it says is written. */
  #home: object | undefined;

  constructor(invocation: Invocation, askedAt: number | undefined) {
    this.invocation = invocation;
    this.askedAt = askedAt;
  }

  change(part: Part): void {
    if (!this.changed.has(part)) this.changed = new Set([...this.changed, part]);
  }

  /** An earlier process has written it. */
  goesOnIn(home: object, { log, bytes }: Waiting): void {
    this.status = "pending";
    this.nextLog = (log.at(-1)?.seq ?? -1) + 1;
    this.bytes = bytes;
    this.#home = home;
  }

  /** What another file has is not written in this one. */
  settleIn(home: object): void {
    if (this.#home && this.#home !== home) {
      this.status = undefined;
      this.nextLog = 0;
      this.bytes = 0;
      this.steps = undefined;
      this.parts = undefined;
      this.changed = everything;
    }
    this.#home = home;
  }

  /** From `now` on its retention time runs, if it has ended: it may be written before the journal is told of its end. */
  listFrom(now: number): void {
    if (isTerminal(this.invocation.status)) this.listedUntil ??= now + this.invocation.retentionMs;
  }
}

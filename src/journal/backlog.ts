import type { Noted } from "./audit-table.ts";
import type { KeyChange } from "./key-table.ts";
import type { StoredSetting } from "./store.ts";
import { Unwritten } from "./unwritten.ts";

/** Entries of the audit trail that could not be written; beyond it the oldest are lost. */
const maxAudit = 1000;

/** What the file does not have yet, or not as it is now. */
export class Backlog {
  readonly invocations = new Unwritten();
  /** By Thing and property. */
  readonly settings = new Map<string, StoredSetting>();
  /** By id. */
  readonly keys = new Map<string, KeyChange>();

  /** By number. */
  readonly audit = new Map<number, Noted>();

  get isEmpty(): boolean {
    return this.invocations.size + this.settings.size + this.keys.size + this.audit.size === 0;
  }

  note(entry: Noted): void {
    this.audit.set(entry.seq, entry);
    const [oldest] = this.audit.keys();
    if (this.audit.size > maxAudit && oldest !== undefined) this.audit.delete(oldest);
  }

  /** All of it has been written. */
  clear(): void {
    this.invocations.clear();
    this.settings.clear();
    this.keys.clear();
    this.audit.clear();
  }
}

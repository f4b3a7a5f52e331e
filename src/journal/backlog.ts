import type { KeyChange } from "./key-table.ts";
import type { StoredSetting } from "./store.ts";
import { Unwritten } from "./unwritten.ts";

/** What the file does not have yet, or not as it is now. */
export class Backlog {
  readonly invocations = new Unwritten();
  /** By Thing and property. */
  readonly settings = new Map<string, StoredSetting>();
  /** By id. */
  readonly keys = new Map<string, KeyChange>();

  get isEmpty(): boolean {
    return this.invocations.size + this.settings.size + this.keys.size === 0;
  }

  /** All of it has been written. */
  clear(): void {
    this.invocations.clear();
    this.settings.clear();
    this.keys.clear();
  }
}

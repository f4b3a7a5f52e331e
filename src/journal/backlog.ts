import type { Calibration } from "../calibration.ts";
import { TurnoverMap } from "../turnover.ts";
import { familyOf } from "./audit-families.ts";
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
  readonly settings = new TurnoverMap<string, StoredSetting>();
  /** By id. */
  readonly keys = new TurnoverMap<string, KeyChange>();
  /** By id, oldest first. */
  readonly calibrations = new TurnoverMap<string, Calibration>();
  /** By number. */
  readonly audit = new TurnoverMap<number, Noted>();

  get isEmpty(): boolean {
    const { invocations, settings, keys, calibrations, audit } = this;
    return invocations.size + settings.size + keys.size + calibrations.size + audit.size === 0;
  }

  note(entry: Noted): void {
    this.audit.set(entry.seq, entry);
    if (this.audit.size > maxAudit) this.#dropOne();
  }

  /** The oldest of the family that has most of them. */
  #dropOne(): void {
    const families = new Map<string, number[]>();
    for (const { seq, what } of this.audit.values()) {
      const numbers = families.get(familyOf(what)) ?? [];
      families.set(familyOf(what), numbers);
      numbers.push(seq);
    }
    const [largest = []] = [...families.values()].sort((a, b) => b.length - a.length);
    this.audit.delete(Math.min(...largest));
  }

  /** All of it has been written. */
  clear(): void {
    this.invocations.clear();
    this.settings.clear();
    this.keys.clear();
    this.calibrations.clear();
    this.audit.clear();
  }
}

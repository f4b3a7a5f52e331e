import type { Noted } from "../journal/audit-table.ts";
import { cut } from "../readable.ts";

/** Something that somebody did to the bench as a whole, or that the gateway did to somebody's work. */
export interface AuditEntry {
  /** Whose doing it was: a client's address, the name of a Thing, or the gateway. */
  readonly by: string;
  /** What was done, such as `emergency_stop.pressed`. */
  readonly what: string;
  readonly thing?: string | undefined;
  /** In words. */
  readonly detail?: string | undefined;
}

/** Who stopped, cleared, reset, set, took and broke what. Noting something never fails, and is never waited for. */
export interface Audit {
  note(entry: AuditEntry): void;
}

interface Options {
  readonly store: {
    /** Told again of one whose number it has, it has the newer. */
    put(entry: Noted): void;
    page(limit: number, cursor: number): readonly Noted[];
    /** The number of the latest, or one beyond any there may be. */
    last(): number;
  };
  /** Whether the wall clock is known to be right. */
  clockTrusted(): boolean;
}

/** Of what somebody says. */
const maxDetail = 500;

/** The audit trail, kept with the history. */
export class AuditTrail implements Audit {
  readonly #options: Options;
  #last: Noted | undefined;
  #seq: number;

  constructor(options: Options) {
    this.#options = options;
    this.#seq = options.store.last();
  }

  /** What repeats itself is one entry: a button that is hit a thousand times must not wash everything else away. */
  note({ by, what, thing, detail: words }: AuditEntry): void {
    const { store, clockTrusted } = this.#options;
    const detail = words === undefined ? undefined : cut(words, maxDetail);
    const last = this.#last;
    const same = last && by === last.by && what === last.what && thing === last.thing && detail === last.detail;
    const [seq, times] = same ? [last.seq, last.times + 1] : [++this.#seq, 1];
    this.#last = { seq, at: Date.now(), clockTrusted: clockTrusted(), times, by, what, thing, detail };
    store.put(this.#last);
  }

  /** At most `limit` entries, the newest of those before `cursor`, newest first. */
  page({ limit, cursor = Number.MAX_SAFE_INTEGER }: { readonly limit: number; readonly cursor?: number | undefined }) {
    return this.#options.store.page(limit, cursor);
  }
}

import { type Asker, named } from "../asker.ts";
import { cut } from "../readable.ts";
import { redact } from "../redact.ts";
import type { AuditFilter } from "./audit-filter.ts";
import type { Noted } from "./audit-table.ts";
import { Repeats } from "./repeats.ts";

/** Something that somebody did to the bench, or was refused, or that the gateway did to somebody's work. */
export interface AuditEntry {
  /** Whose doing it was: a client, a Thing, or the gateway. */
  readonly by: Asker;
  /** What was done, such as `emergency_stop.pressed`; what is before the dot has a bound of its own. */
  readonly what: string;
  readonly thing?: string | undefined;
  /** In words; never a secret. */
  readonly detail?: string | undefined;
}

/** Who did what to which Thing, when, and from where. Noting something never fails, and is never waited for. */
export interface Audit {
  note(entry: AuditEntry): void;
}

interface Options {
  readonly store: {
    /** Told again of one whose number it has, it has the newer. */
    put(entry: Noted): void;
    page(filter: AuditFilter): readonly Noted[];
    /** The number of the latest, or one beyond any there may be. */
    last(): number;
  };
  /** Whether the wall clock is known to be right. */
  clockTrusted(): boolean;
}

/** Of what somebody says, and of how he is called. */
const maxDetail = 500;
const maxName = 200;

/** The audit trail, kept with the history. */
export class AuditTrail implements Audit {
  readonly #options: Options;
  readonly #repeats = new Repeats();
  #seq: number;

  constructor(options: Options) {
    this.#options = options;
    this.#seq = options.store.last();
  }

  /** What repeats itself is one entry: a button that is hit a thousand times must not wash everything else away. */
  note({ by: asker, what, thing, detail: words }: AuditEntry): void {
    const { store, clockTrusted } = this.#options;
    const { name, from } = named(asker);
    const detail = words === undefined ? undefined : cut(redact(words), maxDetail);
    const said = { by: cut(redact(name), maxName), from, what, thing, detail };
    const at = Date.now();
    const entry = this.#repeats.count(said, at, ({ said: { by, from, what, thing, detail }, before }) => {
      const seq = before?.seq ?? ++this.#seq;
      return { seq, times: (before?.times ?? 0) + 1, at, clockTrusted: clockTrusted(), by, from, what, thing, detail };
    });
    store.put(entry);
  }

  /** The newest first. */
  page(filter: AuditFilter): readonly Noted[] {
    return this.#options.store.page(filter);
  }
}

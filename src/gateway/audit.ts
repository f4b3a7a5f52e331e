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

/** Who stopped, cleared, reset, took and broke what. Noting something never fails, and is never waited for. */
export interface Audit {
  note(entry: AuditEntry): void;
}

/** As it was noted. Times are wall clock, in milliseconds. */
export interface Noted extends AuditEntry {
  readonly seq: number;
  /** When it was noted last; `times` in a row it was the same. */
  readonly at: number;
  readonly times: number;
}

const maxEntries = 1000;

/** The latest thousand entries, in memory. */
export class MemoryAudit implements Audit {
  readonly #entries: Noted[] = [];
  #seq = 0;

  /** What repeats itself is one entry: a button that is hit a thousand times must not wash everything else away. */
  note({ by, what, thing, detail }: AuditEntry): void {
    const entry = { by, what, thing, detail };
    const last = this.#entries.at(-1);
    const same = last && by === last.by && what === last.what && thing === last.thing && detail === last.detail;
    if (same) this.#entries.pop();
    const [seq, times] = same ? [last.seq, last.times + 1] : [++this.#seq, 1];
    this.#entries.push({ seq, at: Date.now(), times, ...entry });
    if (this.#entries.length > maxEntries) this.#entries.shift();
  }

  /** At most `limit` entries, the newest of those before `cursor`, newest first. */
  page({ limit, cursor = Number.POSITIVE_INFINITY }: { readonly limit: number; readonly cursor?: number | undefined }) {
    return this.#entries
      .filter(({ seq }) => seq < cursor)
      .slice(-limit)
      .reverse();
  }
}

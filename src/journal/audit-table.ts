import type { Database, Statement } from "./database.ts";

/** What somebody has done, as it was noted. Times are wall clock, in milliseconds. */
export interface Noted {
  readonly seq: number;
  /** When it was noted last; `times` in a row it was the same. */
  readonly at: number;
  /** Whether the wall clock was known to be right. */
  readonly clockTrusted: boolean;
  readonly times: number;
  readonly by: string;
  readonly what: string;
  readonly thing?: string | undefined;
  readonly detail?: string | undefined;
}

interface Row {
  readonly seq: number;
  readonly at: number;
  readonly clock_trusted: number;
  readonly times: number;
  readonly who: string;
  readonly what: string;
  readonly thing: string | null;
  readonly detail: string | null;
}

/** The latest are kept. */
const maxNoted = 10_000;
/** So many more may stand there before the oldest are removed. */
const slack = 500;

/** The audit trail in a database; written within a transaction of the caller. */
export class AuditTable {
  readonly #put: Statement;
  readonly #page: Statement<Row>;
  readonly #last: Statement<Row>;
  readonly #prune: Statement;
  readonly #pruneAged: Statement;
  #written = slack;

  constructor(database: Database) {
    this.#put = database.prepare(
      "INSERT OR REPLACE INTO audit (seq, at, clock_trusted, times, who, what, thing, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    );
    this.#page = database.prepare("SELECT * FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT ?");
    this.#last = database.prepare(
      "SELECT * FROM audit WHERE what IN (SELECT value FROM json_each(?)) ORDER BY seq DESC LIMIT 1",
    );
    // Numbers may have gaps: they are counted, not subtracted.
    this.#prune = database.prepare(
      "DELETE FROM audit WHERE seq <= (SELECT seq FROM audit ORDER BY seq DESC LIMIT 1 OFFSET ?)",
    );
    this.#pruneAged = database.prepare("DELETE FROM audit WHERE clock_trusted = 1 AND at < ?");
  }

  write(all: Iterable<Noted>): void {
    for (const { seq, at, clockTrusted, times, by, what, thing = null, detail = null } of all) {
      this.#put.run(seq, at, Number(clockTrusted), times, by, what, thing, detail);
      this.#written++;
    }
    if (this.#written < slack) return;
    this.#prune.run(maxNoted);
    this.#written = 0;
  }

  /** At most `limit`, the newest of those before `cursor`, newest first. */
  page(limit: number, cursor: number): readonly Noted[] {
    return this.#page.all(Math.min(cursor, Number.MAX_SAFE_INTEGER), limit).map(noted);
  }

  /** The latest of these kinds. */
  last(kinds: readonly string[]): Noted | undefined {
    const row = this.#last.get(JSON.stringify(kinds));
    return row && noted(row);
  }

  /** Remove what was noted before that time (wall clock, milliseconds), if its clock was right. */
  pruneAged(before: number): void {
    this.#pruneAged.run(before);
  }
}

const noted = ({ clock_trusted, who, thing, detail, ...row }: Row): Noted => ({
  ...row,
  clockTrusted: clock_trusted === 1,
  by: who,
  thing: thing ?? undefined,
  detail: detail ?? undefined,
});

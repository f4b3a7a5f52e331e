import { familyOf } from "./audit-families.ts";
import type { AuditFilter } from "./audit-filter.ts";
import type { Database, Statement } from "./database.ts";

/** What somebody has done, as it was noted. Times are wall clock, in milliseconds. */
export interface Noted {
  readonly seq: number;
  /** When it was noted last; `times` it was the same. */
  readonly at: number;
  /** Whether the wall clock was known to be right. */
  readonly clockTrusted: boolean;
  readonly times: number;
  readonly by: string;
  /** The address. */
  readonly from?: string | undefined;
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
  readonly from_address: string | null;
  readonly what: string;
  readonly thing: string | null;
  readonly detail: string | null;
}

/** Of each family the latest are kept. */
const maxNoted = 5000;
/** So many more may stand there before the oldest are removed. */
const slack = 500;

/** `lease` and `lease.taken`, not `leases.x`. */
const ofFamily = "what || '.' GLOB ? || '.*'";

/** The audit trail in a database; written within a transaction of the caller. */
export class AuditTable {
  readonly #database: Database;
  readonly #put: Statement;
  readonly #last: Statement<Row>;
  readonly #prune: Statement;
  readonly #pruneAged: Statement;
  /** By family: since they were pruned last. Before that nobody knows how many there are. */
  readonly #written = new Map<string, number>();

  constructor(database: Database) {
    this.#database = database;
    this.#put = database.prepare(
      "INSERT OR REPLACE INTO audit (seq, at, clock_trusted, times, who, from_address, what, thing, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    this.#last = database.prepare(
      "SELECT * FROM audit WHERE what IN (SELECT value FROM json_each(?)) ORDER BY seq DESC LIMIT 1",
    );
    // Numbers may have gaps: they are counted, not subtracted.
    this.#prune = database.prepare(
      `DELETE FROM audit WHERE ${ofFamily} AND seq <= (SELECT seq FROM audit WHERE ${ofFamily} ORDER BY seq DESC LIMIT 1 OFFSET ?)`,
    );
    this.#pruneAged = database.prepare("DELETE FROM audit WHERE clock_trusted = 1 AND at < ?");
  }

  write(all: Iterable<Noted>): void {
    for (const { seq, at, clockTrusted, times, by, from = null, what, thing = null, detail = null } of all) {
      this.#put.run(seq, at, Number(clockTrusted), times, by, from, what, thing, detail);
      const family = familyOf(what);
      this.#written.set(family, (this.#written.get(family) ?? slack) + 1);
    }
    for (const [family, written] of this.#written) {
      if (written < slack) continue;
      this.#prune.run(family, family, maxNoted);
      this.#written.set(family, 0);
    }
  }

  /** Newest first. */
  page(filter: AuditFilter): readonly Noted[] {
    const { where, values } = conditions(filter);
    return this.#database
      .prepare<unknown[], Row>(`SELECT * FROM audit WHERE ${where} ORDER BY seq DESC LIMIT ?`)
      .all(...values, filter.limit)
      .map(noted);
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

function conditions({ cursor = Number.MAX_SAFE_INTEGER, thing, things, by, what, since }: AuditFilter) {
  const wanted: readonly (readonly [string, unknown])[] = [
    ["seq < ?", Math.min(cursor, Number.MAX_SAFE_INTEGER)],
    ["thing = ?", thing],
    ["thing IN (SELECT value FROM json_each(?))", things && JSON.stringify([...things])],
    ["who = ?", by],
    // Its letters alone: no pattern of whoever asks.
    ["instr(what || '.', ? || '.') = 1", what],
    ["at >= ?", since],
  ];
  const given = wanted.filter(([, value]) => value !== undefined);
  return { where: given.map(([sql]) => sql).join(" AND "), values: given.map(([, value]) => value) };
}

const noted = ({ seq, at, clock_trusted, times, who, from_address, what, thing, detail }: Row): Noted => ({
  ...{ seq, at, clockTrusted: clock_trusted === 1, times, by: who, from: from_address ?? undefined, what },
  thing: thing ?? undefined,
  detail: detail ?? undefined,
});

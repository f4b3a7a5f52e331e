import type { InvocationFilter } from "../invocation/journal.ts";
import type { Deliveries } from "../invocation/ledger.ts";
import type { LogEntry } from "../invocation/log.ts";
import type { InvocationRecord } from "../invocation/record.ts";
import type { Database, Statement } from "./database.ts";
import { parsed } from "./parsed.ts";
import { type InvocationRow, type PartReader, StoredInvocation, type StoredPart } from "./stored-invocation.ts";

/** So many rows are looked at in one go; between two of them others have their turn. */
const stint = 2000;

/** What there is to know of one that may go. */
export type OldRow = Pick<InvocationRow, "seq" | "bytes">;

/** Of some rows, the first that is listed or will be, and the last of them all. */
interface Listing {
  readonly first: number | null;
  readonly last: number | null;
  readonly count: number;
}

interface LogRow extends Omit<LogEntry, "seq" | "error"> {
  readonly entry: number;
  readonly error: string | null;
}

/** Reads invocations from a database. */
export class Reader implements PartReader {
  readonly #database: Database;
  readonly #find: Statement<InvocationRow>;
  readonly #part: Statement<string>;
  readonly #steps: Statement<string>;
  readonly #log: Statement<LogRow>;
  readonly #provenance: Statement<string>;
  readonly #oldest: Statement<OldRow>;
  readonly #lastDelivery: Statement<InvocationRow>;
  readonly #listing: Statement<Listing>;
  /** None below is listed any more. */
  #listed = 0;

  constructor(database: Database) {
    const one = <Row>(sql: string) => database.prepare<unknown[], Row>(sql);
    this.#database = database;
    this.#find = one("SELECT * FROM invocations WHERE id = ?");
    this.#part = one<string>("SELECT body FROM parts WHERE seq = ? AND part = ?").pluck();
    this.#steps = one<string>("SELECT body FROM steps WHERE seq = ? ORDER BY n").pluck();
    this.#log = one(
      "SELECT entry, at, level, thing, message, error FROM log WHERE seq = ? AND entry >= ? ORDER BY entry",
    );
    this.#provenance = one<string>("SELECT body FROM provenance WHERE id = ?").pluck();
    this.#oldest = one("SELECT seq, bytes FROM invocations WHERE ended_at IS NOT NULL ORDER BY seq LIMIT ?");
    this.#listing = one(
      "SELECT min(CASE WHEN ended_at IS NULL OR listed_until > ? THEN seq END) AS first, max(seq) AS last, count(*) AS count " +
        "FROM (SELECT seq, ended_at, listed_until FROM invocations WHERE seq >= ? ORDER BY seq LIMIT ?)",
    );
    this.#lastDelivery = one(
      "SELECT i.* FROM delivered d JOIN invocations i USING (seq) WHERE d.thing = ? AND i.ended_at IS NOT NULL ORDER BY d.seq DESC LIMIT 1",
    );
  }

  /** With `listedAt` only one that is listed then. */
  find(id: string, listedAt?: number): StoredInvocation | undefined {
    const row = this.#find.get(id);
    return listedAt === undefined || (row?.listed_until ?? 0) > listedAt ? this.#record(row) : undefined;
  }

  lastDelivery(thing: string): StoredInvocation | undefined {
    return this.#record(this.#lastDelivery.get(thing));
  }

  /** The Things that have delivered something in an invocation. */
  delivering(seq: number): readonly string[] {
    const text = this.part(seq, "delivery");
    return (text === undefined ? undefined : parsed<Deliveries>(text))?.totals.map(({ thing }) => thing) ?? [];
  }

  oldest(most: number): readonly OldRow[] {
    return this.#oldest.all(most);
  }

  /** Those that have not begun, in the order they were asked for. */
  waiting(): readonly InvocationRow[] {
    const sql = "SELECT * FROM invocations WHERE status = 'pending' ORDER BY seq";
    return this.#database.prepare<unknown[], InvocationRow>(sql).all();
  }

  /** The largest number there is, or was before it was removed. */
  lastSeq(): number {
    const sql =
      "SELECT max(ifnull((SELECT max(seq) FROM invocations), 0), ifnull((SELECT value FROM meta WHERE key = 'last_seq'), 0))";
    return this.#database.prepare<unknown[], number>(sql).pluck().get() ?? 0;
  }

  /** The smallest number there is. */
  firstSeq(): number | undefined {
    const sql = "SELECT min(seq) FROM invocations";
    return this.#database.prepare<unknown[], number | null>(sql).pluck().get() ?? undefined;
  }

  /** Those that have ended, oldest first; with `listedAt` only those that are listed then. */
  async list(filter: InvocationFilter, listedAt: number | undefined): Promise<readonly InvocationRecord[]> {
    const { limit = Number.POSITIVE_INFINITY } = filter;
    const { where, values } = conditions(filter, listedAt);
    const { among, only } = byIndex(filter);
    const from = listedAt === undefined ? 0 : await this.#listedFrom(listedAt);
    const rows = `FROM invocations WHERE ${among} seq >= ${from} AND seq < ? ORDER BY seq DESC LIMIT`;
    const window = `SELECT * ${rows} ?`;
    const matching = this.#database.prepare<unknown[], InvocationRow>(
      `SELECT * FROM (${window}) WHERE ${where} ORDER BY seq DESC LIMIT ?`,
    );
    const end = this.#database.prepare<unknown[], number>(`SELECT seq ${rows} 1 OFFSET ?`).pluck();
    const { endedSince } = filter;
    const latest = this.#database.prepare<unknown[], number | null>(`SELECT max(ended_at) FROM (${window})`).pluck();
    /** All of these had ended before: what is older still need not be looked at. */
    const tooOld = (before: number) =>
      endedSince !== undefined && (latest.get(...only, before, stint) ?? Number.NEGATIVE_INFINITY) < endedSince;
    const found: StoredInvocation[] = [];
    for (let before: number | undefined = filter.before ?? Number.MAX_SAFE_INTEGER; before !== undefined; ) {
      if (tooOld(before)) break;
      const most = Math.min(stint, limit - found.length);
      for (const row of matching.all(...only, before, stint, ...values, most))
        found.push(new StoredInvocation(row, this));
      before = found.length < limit ? end.get(...only, before, stint - 1) : undefined;
      if (before !== undefined) await new Promise((resolve) => setImmediate(resolve));
    }
    return found.reverse();
  }

  /** One is written that may be older than others. */
  written(seq: number): void {
    this.#listed = Math.min(this.#listed, seq);
  }

  /** A number below which none is listed any more, or will be: most of a history is not. */
  async #listedFrom(listedAt: number): Promise<number> {
    for (;;) {
      const from = this.#listed;
      const { first, last, count } = this.#listing.get(listedAt, from, stint) ?? { first: null, last: null, count: 0 };
      this.#listed = first ?? (last === null ? from : last + 1);
      if (first !== null || count < stint) return this.#listed;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Of the oldest, those requested before that time by a clock that was right. */
  aged(before: number, most: number): readonly OldRow[] {
    const oldest = "SELECT * FROM invocations WHERE ended_at IS NOT NULL ORDER BY seq LIMIT ?";
    return this.#database
      .prepare<unknown[], OldRow>(
        `SELECT seq, bytes FROM (${oldest}) WHERE clock_trusted = 1 AND requested_at < ? ORDER BY seq LIMIT ?`,
      )
      .all(stint, before, most);
  }

  part(seq: number, part: StoredPart): string | undefined {
    return this.#part.get(seq, part);
  }
  steps(seq: number): readonly string[] {
    return this.#steps.all(seq);
  }
  provenance(id: number): string | undefined {
    return this.#provenance.get(id);
  }
  log(seq: number, since: number): readonly LogEntry[] {
    return this.#log.all(seq, since).map(({ entry, error: text, ...row }) => {
      const error = text === null ? undefined : parsed<NonNullable<LogEntry["error"]>>(text);
      return { seq: entry, ...row, ...(error && { error }) };
    });
  }

  #record(row: InvocationRow | undefined): StoredInvocation | undefined {
    return row && new StoredInvocation(row, this);
  }
}

/** What an index leads to, as the start of a condition, where few may be wanted of many; and its values. */
function byIndex({ thing, status }: InvocationFilter) {
  if (status !== undefined && status !== "completed")
    return { among: "status <> 'completed' AND status = ? AND", only: [status] };
  return thing === undefined ? { among: "", only: [] } : { among: "thing = ? AND", only: [thing] };
}

function conditions(filter: InvocationFilter, listedAt: number | undefined) {
  const { thing, things, action, status, requestedBy, since, until, endedSince } = filter;
  const wanted: readonly (readonly [string, unknown])[] = [
    ["thing = ?", thing],
    ["thing IN (SELECT value FROM json_each(?))", things && JSON.stringify([...things])],
    ["action = ?", action],
    ["status = ?", status],
    ["requested_by = ?", requestedBy],
    ["requested_at >= ?", since],
    ["requested_at < ?", until],
    ["ended_at >= ?", endedSince],
    ["listed_until > ?", listedAt],
  ];
  const given = wanted.filter(([, value]) => value !== undefined);
  const where = ["ended_at IS NOT NULL", ...given.map(([sql]) => sql)].join(" AND ");
  return { where, values: given.map(([, value]) => value) };
}

import { createHash } from "node:crypto";
import type { Database, Statement } from "./database.ts";

/** A request that is not to be done twice. */
export interface Key {
  /** Tells it apart from all others, for what it is, and the key itself; begins with whose it is (`keyOwner`). */
  readonly id: string;
  /** Tells its body apart from other bodies. */
  readonly body: string;
  /** The invocation that it has become. */
  readonly seq?: number | undefined;
  /** How it was answered, as JSON, when it is no invocation; until then nobody knows. */
  readonly answer?: string | undefined;
}

export type KeyChange = (Key & { readonly at: number }) | { readonly id: string; readonly gone: true };

/** A key that has been used. */
export interface KeptKey {
  readonly body: string;
  readonly answer: string | null;
  /** The id of the invocation that it has become. */
  readonly invocation: string | null;
}

/** With what the ids of somebody's keys begin. */
export const keyOwner = (whose: string): string =>
  `${createHash("sha256").update(whose).digest("base64url").slice(0, ownerLength)}.`;

const ownerLength = 8;
/** Those of an earlier version name nobody, and count as one's. */
const owner = `CASE WHEN substr(id, ${ownerLength + 1}, 1) = '.' THEN substr(id, 1, ${ownerLength}) ELSE '' END`;

/** Those of invocations go with their record; of the others the latest are kept, of everybody as many as of whoever has most. */
const maxAnswers = 10_000;
/** So many more may stand there before the oldest are removed. */
const slack = 100;

interface Owner {
  readonly owner: string;
  readonly count: number;
}

/** How many of each are kept: who has fewer leaves the others more. Those with the fewest come first. */
function fairShare(owners: readonly Owner[]): number {
  let left = maxAnswers;
  for (const [n, { count }] of owners.entries()) {
    const share = Math.floor(left / (owners.length - n));
    if (count > share) return share;
    left -= count;
  }
  return maxAnswers;
}

/** The keys in a database; written within a transaction of the caller. */
export class KeyTable {
  readonly #find: Statement<KeptKey>;
  readonly #put: Statement;
  readonly #remove: Statement;
  readonly #owners: Statement<Owner>;
  readonly #prune: Statement;
  #answers = slack;

  constructor(database: Database) {
    this.#find = database.prepare<unknown[], KeptKey>(
      "SELECT k.body, k.answer, i.id AS invocation FROM keys k LEFT JOIN invocations i USING (seq) WHERE k.id = ?",
    );
    this.#put = database.prepare("INSERT OR REPLACE INTO keys (id, body, at, seq, answer) VALUES (?, ?, ?, ?, ?)");
    this.#remove = database.prepare("DELETE FROM keys WHERE id = ?");
    this.#owners = database.prepare<unknown[], Owner>(
      `SELECT ${owner} AS owner, count(*) AS count FROM keys WHERE seq IS NULL GROUP BY owner ORDER BY count`,
    );
    this.#prune = database.prepare(
      `DELETE FROM keys WHERE n IN (SELECT n FROM keys WHERE seq IS NULL AND ${owner} = ? ORDER BY n LIMIT ?)`,
    );
  }

  find(id: string): KeptKey | undefined {
    return this.#find.get(id);
  }

  write(changes: Iterable<KeyChange>): void {
    for (const change of changes) {
      if ("gone" in change) this.#remove.run(change.id);
      else {
        const { id, body, at, seq = null, answer = null } = change;
        this.#put.run(id, body, at, seq, answer);
        if (seq === null) this.#answers++;
      }
    }
    if (this.#answers < slack) return;
    const owners = this.#owners.all();
    const share = fairShare(owners);
    for (const one of owners) if (one.count > share) this.#prune.run(one.owner, one.count - share);
    this.#answers = 0;
  }
}

import type { Database, Statement } from "./database.ts";

/** A request that is not to be done twice. */
export interface Key {
  /** Tells it apart from all others: whose it is, for what, and the key itself. */
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

/** Those of invocations go with their record; of the others the latest are kept. */
const maxAnswers = 10_000;
/** So many more may stand there before the oldest are removed. */
const slack = 100;

/** The keys in a database; written within a transaction of the caller. */
export class KeyTable {
  readonly #find: Statement<KeptKey>;
  readonly #put: Statement;
  readonly #remove: Statement;
  readonly #prune: Statement;
  #answers = slack;

  constructor(database: Database) {
    this.#find = database.prepare<unknown[], KeptKey>(
      "SELECT k.body, k.answer, i.id AS invocation FROM keys k LEFT JOIN invocations i USING (seq) WHERE k.id = ?",
    );
    this.#put = database.prepare("INSERT OR REPLACE INTO keys (id, body, at, seq, answer) VALUES (?, ?, ?, ?, ?)");
    this.#remove = database.prepare("DELETE FROM keys WHERE id = ?");
    this.#prune = database.prepare(
      "DELETE FROM keys WHERE seq IS NULL AND n <= (SELECT n FROM keys WHERE seq IS NULL ORDER BY n DESC LIMIT 1 OFFSET ?)",
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
    this.#prune.run(maxAnswers);
    this.#answers = 0;
  }
}

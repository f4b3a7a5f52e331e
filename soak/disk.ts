import { mkdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import type { Clock } from "../src/clock.ts";
import { type Database, openDatabase } from "../src/journal/database.ts";

/** What SQLite says to a write, by what is wrong with the disk. */
const refusals = {
  full: ["database or disk is full", "SQLITE_FULL"],
  failing: ["disk I/O error", "SQLITE_IOERR_WRITE"],
  "read-only": ["attempt to write a readonly database", "SQLITE_READONLY"],
  "locked by another": ["database is locked", "SQLITE_BUSY"],
} as const;

export type DiskFault = keyof typeof refusals;
export const diskFaults = Object.keys(refusals) as readonly DiskFault[];

/** After this time it is tried again; ms. */
const noticedMs = 5000;
/** Kept in small files of their own. */
const stateFiles = ["emergency-stop.json", "interlocks.json", "leases.json", "handed-on.json"];

/** The disk with the state directory: it may refuse every write for a while. What is on it can be read all the time. */
export class Disk {
  readonly directory: string;
  readonly #clock: Clock;
  #mendedAt = Number.NEGATIVE_INFINITY;
  #fault: DiskFault | undefined;

  constructor(directory: string, clock: Clock) {
    this.directory = directory;
    this.#clock = clock;
  }

  get fault(): DiskFault | undefined {
    return this.#fault;
  }

  /** It takes what it is given, and the gateway has had time to find that out. */
  get isWell(): boolean {
    return this.#fault === undefined && this.#clock.now() - this.#mendedAt > noticedMs;
  }

  async fail(fault: DiskFault): Promise<void> {
    await this.mend();
    this.#fault = fault;
    // Where the draft of a file should be there is a folder, so that it cannot be opened.
    if (fault !== "locked by another") for (const draft of this.#drafts) await mkdir(draft, { recursive: true });
  }

  async mend(): Promise<void> {
    if (this.#fault && this.#fault !== "locked by another") for (const draft of this.#drafts) await rmdir(draft);
    if (this.#fault) this.#mendedAt = this.#clock.now();
    this.#fault = undefined;
  }

  /** Open a database on it. */
  readonly connect = (file: string): Database => {
    const database = openDatabase(file);
    const prepare = database.prepare.bind(database);
    const guarded = (text: string) => {
      const statement = prepare(text);
      if (/^\s*(SELECT|PRAGMA)/i.test(text)) return statement;
      const run = statement.run.bind(statement);
      return Object.assign(statement, {
        run: (...values: unknown[]) => {
          this.#assertWrites();
          return run(...values);
        },
      });
    };
    return Object.assign(database, { prepare: guarded as typeof database.prepare });
  };

  get #drafts(): readonly string[] {
    return stateFiles.map((file) => join(this.directory, `${file}.new`));
  }

  #assertWrites(): void {
    if (!this.#fault) return;
    const [message, code] = refusals[this.#fault];
    throw new Sqlite.SqliteError(message, code);
  }
}

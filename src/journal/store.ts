import { existsSync } from "node:fs";
import type { Waiting } from "../invocation/journal.ts";
import { type InvocationStatus, isTerminal } from "../invocation/state.ts";
import { AuditTable } from "./audit-table.ts";
import type { Backlog } from "./backlog.ts";
import { CalibrationTable } from "./calibration-table.ts";
import { type Database, openDatabase, type Statement } from "./database.ts";
import { assertFit, uselessness } from "./fitness.ts";
import { KeyTable } from "./key-table.ts";
import { migrate } from "./migrations.ts";
import { type OldRow, Reader } from "./reader.ts";
import { recover } from "./recover.ts";
import { setAside } from "./set-aside.ts";
import { drafted } from "./unwritable.ts";
import { waitingIn } from "./waiting.ts";
import { type Draft, taken, Writer } from "./writer.ts";

export interface StoreOptions {
  /** `:memory:` for one that ends with the process. */
  readonly file: string;
  /** Instead of the usual way. */
  readonly connect?: ((file: string) => Database) | undefined;
  /** Leave what may be queued again waiting, for somebody who will ask for it. */
  readonly resumes?: boolean;
  /** Steady wall clock, milliseconds. */
  now(): number;
  /** As the journal's; the wall clock unless told. */
  uptime?(): number;
  log(level: "info" | "warning" | "error", message: string): void;
}

/** The file of the journal: one database, written in groups by this process alone. */
export class Store {
  readonly database: Database;
  readonly reader: Reader;
  readonly keys: KeyTable;
  readonly audit: AuditTable;
  readonly calibrations: CalibrationTable;
  /** The machine has been started again since this file was opened last. */
  readonly rebooted: boolean;
  /** What an earlier process was asked for, and may be queued again. */
  readonly waiting: readonly Waiting[];
  readonly #writer: Writer;
  readonly #putSetting: Statement;
  readonly #tryOut: Statement;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #forget: Statement;
  readonly #removals: readonly Statement[];
  readonly #putLastSeq: Statement;
  #count: number;
  #ended: number;
  #bytes: number;

  /** Throws SQLite's errors; a file that is of no use is set aside, which is told, and a new one begun. */
  static open(options: StoreOptions): Store {
    const { file, log } = options;
    try {
      return new Store(options);
    } catch (error) {
      const why = uselessness(error, file);
      if (why === undefined || !existsSync(file)) throw error;
      log(
        "error",
        `the history cannot be used (it is ${why}): it is kept as ${setAside(file, why)}, and a new one begun`,
      );
      return new Store(options);
    }
  }

  private constructor({ file, now, uptime = now, log, resumes = false, connect = openDatabase }: StoreOptions) {
    const database = connect(file);
    try {
      assertFit(database, file);
      migrate(database);
      // The first write waits for the disk: let it be this one. It also tells at once when nothing can be written.
      database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('opened_at', ?)").run(now());
      const { count, rebooted } = recover(database, now(), resumes, uptime());
      if (count > 0)
        log("warning", `${count} invocations of an earlier run had not ended: they are told as interrupted`);
      const sums = database.prepare<unknown[], Sums>(
        "SELECT count(*) AS count, count(ended_at) AS ended, total(bytes) AS bytes FROM invocations",
      );
      const { count: rows = 0, ended = 0, bytes = 0 } = sums.get() ?? {};
      [this.#count, this.#ended, this.#bytes] = [rows, ended, bytes];
      this.database = database;
      this.reader = new Reader(database);
      this.waiting = waitingIn(this.reader, uptime());
      this.keys = new KeyTable(database);
      this.audit = new AuditTable(database);
      this.calibrations = new CalibrationTable(database);
      this.rebooted = rebooted;
      this.#writer = new Writer(database);
      this.#putSetting = database.prepare("INSERT OR REPLACE INTO settings (thing, property, value) VALUES (?, ?, ?)");
      this.#tryOut = database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('tried_at', unixepoch())");
      this.#begin = database.prepare("BEGIN IMMEDIATE");
      this.#commit = database.prepare("COMMIT");
      this.#forget = database.prepare("DELETE FROM delivered WHERE thing = ? AND seq = ?");
      const tables = ["log", "steps", "parts", "keys", "invocations"];
      this.#putLastSeq = database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('last_seq', ?)");
      this.#removals = tables.map((table) => database.prepare(`DELETE FROM ${table} WHERE seq = ?`));
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** How many invocations it holds. */
  get count(): number {
    return this.#count;
  }
  /** What they take, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Write next to nothing: throws what any write would throw now. */
  tryOut(): void {
    this.#tryOut.run();
  }

  /** Write what has changed of these, in one commit; all of it or nothing. Throws `UnwritableError` for one that never can be. */
  write({ invocations, settings, keys, calibrations, audit }: Backlog): void {
    const drafts: Draft[] = [];
    try {
      this.#begin.run();
      for (const entry of invocations) {
        entry.settleIn(this);
        drafts.push(drafted(entry, (one) => this.#writer.write(one)));
      }
      for (const { thing, property, value } of settings.values()) this.#putSetting.run(thing, property, value);
      this.keys.write(keys.values());
      this.calibrations.write(calibrations.values());
      this.audit.write(audit.values());
      this.#commit.run();
    } catch (error) {
      this.#writer.forget();
      if (this.database.inTransaction) this.database.exec("ROLLBACK");
      throw error;
    }
    for (const draft of drafts) {
      if (draft.entry.status === undefined) {
        this.#count++;
        this.reader.written(draft.entry.invocation.seq);
      }
      if (hasEnded(draft.status) && !hasEnded(draft.entry.status)) this.#ended++;
      this.#bytes += draft.bytes;
      taken(draft);
    }
  }

  settings(): readonly StoredSetting[] {
    return this.database.prepare<unknown[], StoredSetting>("SELECT thing, property, value FROM settings").all();
  }

  /** When a bound is passed, remove the oldest that have ended down to a little below it; at most `most`. */
  prune({ count, bytes }: Limits, most: number): number {
    let [rows, size] = [this.#count, this.#bytes];
    if (rows <= count && size <= bytes) return 0;
    // Most of them wait still: to look for the few that may go each time that one ends would be all that is done.
    if (size <= bytes && this.#ended < Math.min(most, count - slackened(count))) return 0;
    const gone: OldRow[] = [];
    for (const one of this.reader.oldest(most)) {
      if (rows <= slackened(count) && size <= slackened(bytes)) break;
      gone.push(one);
      rows--;
      size -= one.bytes;
    }
    return this.#remove(gone);
  }

  /** Remove what was requested before that time (wall clock, milliseconds), if its clock was right; at most `most`. */
  pruneAged(before: number, most: number): number {
    this.audit.pruneAged(before);
    return this.#remove(this.reader.aged(before, most));
  }

  #remove(gone: readonly OldRow[]): number {
    if (gone.length === 0) return 0;
    this.database.transaction(() => {
      this.#putLastSeq.run(this.reader.lastSeq());
      for (const { seq } of gone) {
        for (const thing of this.reader.delivering(seq)) this.#forget.run(thing, seq);
        for (const remove of this.#removals) remove.run(seq);
      }
    })();
    this.#count -= gone.length;
    this.#ended -= gone.length;
    for (const { bytes } of gone) this.#bytes -= bytes;
    return gone.length;
  }

  close(): void {
    this.database.close();
  }
}

const hasEnded = (status: InvocationStatus | undefined) => status !== undefined && isTerminal(status);

/** Ninety-five of a hundred. */
const slackened = (bound: number) => Math.floor(bound * 0.95);

export interface StoredSetting {
  readonly thing: string;
  readonly property: string;
  /** JSON. */
  readonly value: string;
}

interface Limits {
  readonly count: number;
  readonly bytes: number;
}

interface Sums {
  readonly count: number;
  readonly ended: number;
  readonly bytes: number;
}

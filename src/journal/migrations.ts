import type { Database } from "./database.ts";

/** Says of a database file that it is ours: "bnch". */
const applicationId = 0x62_6e_63_68;

/**
 * Step n makes version n of version n - 1. Steps only add: an older benchd must be able to read what a newer one has
 * written, and to write to it, unless `minReader` says that it must not; so every INSERT names its columns. A step that
 * has been released is never changed; `test/fixtures/journal` has a file of every version.
 */
const steps: readonly string[] = [
  `CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
   CREATE TABLE invocations (
     seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
     thing TEXT NOT NULL, action TEXT NOT NULL, requested_by TEXT NOT NULL, status TEXT NOT NULL,
     requested_at INTEGER NOT NULL, started_at INTEGER, ended_at INTEGER, waited_ms REAL, ran_ms REAL,
     clock_trusted INTEGER NOT NULL, retention_ms REAL NOT NULL, listed_until REAL,
     progress REAL, reason TEXT, forced INTEGER NOT NULL, unsure INTEGER NOT NULL, outcome TEXT, error TEXT, provenance TEXT,
     log_dropped INTEGER NOT NULL, bytes INTEGER NOT NULL);
   CREATE TABLE parts (seq INTEGER NOT NULL, part TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq, part)) WITHOUT ROWID;
   CREATE TABLE steps (seq INTEGER NOT NULL, n INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq, n)) WITHOUT ROWID;
   CREATE TABLE log (
     seq INTEGER NOT NULL, entry INTEGER NOT NULL, at INTEGER NOT NULL, level TEXT NOT NULL, thing TEXT NOT NULL,
     message TEXT NOT NULL, error TEXT, PRIMARY KEY (seq, entry)) WITHOUT ROWID;
   CREATE TABLE delivered (thing TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (thing, seq)) WITHOUT ROWID;
   CREATE TABLE provenance (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE);
   CREATE TABLE settings (
     thing TEXT NOT NULL, property TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (thing, property)) WITHOUT ROWID;`,
  `CREATE TABLE keys (
     n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL, at INTEGER NOT NULL, seq INTEGER, answer TEXT);
   CREATE INDEX keys_by_seq ON keys (seq);`,
  `CREATE TABLE audit (
     seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, clock_trusted INTEGER NOT NULL, times INTEGER NOT NULL,
     who TEXT NOT NULL, what TEXT NOT NULL, thing TEXT, detail TEXT);
   ALTER TABLE invocations ADD COLUMN restart_within_ms REAL;
   ALTER TABLE invocations ADD COLUMN leased INTEGER NOT NULL DEFAULT 0;`,
  `ALTER TABLE audit ADD COLUMN from_address TEXT;
   ALTER TABLE invocations ADD COLUMN requested_from TEXT;`,
  `CREATE TABLE calibrations (
     seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, thing TEXT NOT NULL, at INTEGER NOT NULL,
     clock_trusted INTEGER NOT NULL, who TEXT NOT NULL, from_address TEXT, body TEXT NOT NULL);
   CREATE INDEX calibrations_by_thing ON calibrations (thing, seq);`,
  // In the order of their numbers, as these are what a row goes by. Most have completed: nobody looks for these by that.
  `CREATE INDEX invocations_by_thing ON invocations (thing);
   CREATE INDEX invocations_not_completed ON invocations (status) WHERE status <> 'completed';`,
];

/** The lowest version that a benchd must know to read what this one writes. */
const minReader = 1;

export const schemaVersion = steps.length;

/** What a database is to us. */
export type Fitness = "ours" | "newer" | "foreign";

export function fitnessOf(database: Database): Fitness {
  const number = (pragma: string) => Number(database.pragma(pragma, { simple: true }));
  const version = number("user_version");
  const tables = Number(database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get());
  if (version === 0 && tables === 0) return "ours";
  if (number("application_id") !== applicationId || version === 0) return "foreign";
  if (version <= schemaVersion) return "ours";
  const needed = database.prepare("SELECT value FROM meta WHERE key = 'min_reader'").pluck().get();
  return Number(needed) <= schemaVersion ? "ours" : "newer";
}

/** Bring the schema up to date, in one go; a newer one that we may read stays as it is. */
export function migrate(database: Database): void {
  const from = Number(database.pragma("user_version", { simple: true }));
  if (from >= schemaVersion) return;
  database.transaction(() => {
    for (const step of steps.slice(from)) database.exec(step);
    database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('min_reader', ?)").run(minReader);
    database.pragma(`application_id = ${applicationId}`);
    database.pragma(`user_version = ${schemaVersion}`);
  })();
}

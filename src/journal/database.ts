import Sqlite from "better-sqlite3";

export type Database = Sqlite.Database;
export type Statement<Row = unknown> = Sqlite.Statement<unknown[], Row>;

/**
 * Open a database file, or one in memory (`:memory:`). Nothing here waits for the disk: commits are written and not
 * synced, checkpoints are somebody else's, and a database that another process is writing to is busy at once.
 */
export function openDatabase(file: string): Database {
  const database = new Sqlite(file, { timeout: 0 });
  try {
    database.pragma("page_size = 1024");
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = NORMAL");
    database.pragma("wal_autocheckpoint = 0");
    database.pragma("temp_store = MEMORY");
    // KiB, if negative: a long history would fill all that there is, which in this build is 16 MB.
    database.pragma("cache_size = -4096");
    database.pragma("trusted_schema = OFF");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** SQLite's name for what is wrong, such as `SQLITE_FULL`; empty for errors that are not SQLite's. */
export const codeOf = (error: unknown): string => (error instanceof Sqlite.SqliteError ? error.code : "");

/** The file is no database, or its content contradicts itself. */
export const isDamage = (error: unknown): boolean => /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error));

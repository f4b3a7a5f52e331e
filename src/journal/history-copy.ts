import { existsSync } from "node:fs";
import Sqlite from "better-sqlite3";
import { StorageError } from "../errors.ts";
import { diskReason } from "./disk-reason.ts";
import { fitnessOf } from "./migrations.ts";

/** All that is left, in one go: between two of them a busy gateway would make it begin anew, for ever. */
const allPages = 2 ** 31 - 1;

/** A history that is read, and never written to: by a copy of it, or while its gateway goes on with it. */
export interface OpenedHistory {
  /** As it is at one moment, whoever writes to it meanwhile, into a new file that stands for itself. */
  copyTo(file: string): Promise<void>;
  /** Throws `StorageError` when it is damaged, or no history. */
  assertSound(): void;
  readonly invocations: number;
  close(): void;
}

/** Throws `StorageError` when it cannot be opened. */
export function openHistory(file: string): OpenedHistory {
  const refused = (cause: unknown) => new StorageError(`${file} cannot be read: ${diskReason(cause)}`, { cause });
  const told = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      throw cause instanceof StorageError ? cause : refused(cause);
    }
  };
  if (!existsSync(file)) throw new StorageError(`there is no ${file}`);
  const database = told(() => new Sqlite(file, { readonly: true, timeout: 5000 }));
  const count = () => Number(database.prepare("SELECT count(*) FROM invocations").pluck().get());
  try {
    // What has to lie beside it for readers is made now, by who opens it.
    told(() => database.pragma("user_version"));
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    async copyTo(to) {
      try {
        await database.backup(to, { progress: () => allPages });
        settle(to);
      } catch (cause) {
        throw new StorageError(`the history cannot be copied: ${diskReason(cause)}`, { cause });
      }
    },
    assertSound: () =>
      told(() => {
        if (fitnessOf(database) === "foreign") throw new StorageError(`${file} is no history of benchd's`);
        const found = database.pragma("quick_check(1)", { simple: true });
        if (found !== "ok") throw new StorageError(`${file} is damaged: ${found}`);
      }),
    get invocations() {
      return told(count);
    },
    close: () => void database.close(),
  };
}

/** One file, beside which nothing has to lie for it to be read. */
function settle(file: string): void {
  const copy = new Sqlite(file);
  try {
    copy.pragma("journal_mode = DELETE");
  } finally {
    copy.close();
  }
}

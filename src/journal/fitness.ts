import { closeSync, openSync, statSync } from "node:fs";
import { codeOf, type Database, isDamage } from "./database.ts";
import { fitnessOf } from "./migrations.ts";

/** Larger files are not looked through before they are used: an SD card takes too long. */
const maxChecked = 32 * 2 ** 20;

/** The file is a database, but none for us. */
class Unfit extends Error {
  readonly why: "newer" | "foreign" | "damaged";

  constructor(why: "newer" | "foreign" | "damaged") {
    super(`the database is ${why}`);
    this.why = why;
  }
}

/** Throws unless a history can be kept in it, as far as can be told in a moment. */
export function assertFit(database: Database, file: string): void {
  const fitness = fitnessOf(database);
  if (fitness !== "ours") throw new Unfit(fitness);
  if (file !== ":memory:" && statSync(file).size <= maxChecked) assertSound(database);
}

function assertSound(database: Database): void {
  const verdict = database.pragma("quick_check(1)", { simple: true });
  if (verdict !== "ok") throw new Unfit("damaged");
}

/** Why a file that could not be opened will never be of use; undefined when it may be another time. */
export function uselessness(error: unknown, file: string) {
  if (error instanceof Unfit) return error.why;
  // A text that is no JSON where there should be some.
  if (isDamage(error) || error instanceof SyntaxError) return "damaged";
  return codeOf(error).startsWith("SQLITE_CANTOPEN") && !isWritable(file) ? "unreadable" : undefined;
}

/** These do not go by themselves; a disk that is full or read-only does, and so does a want of descriptors. */
const lasting: readonly string[] = ["EACCES", "EPERM", "EISDIR", "ENXIO", "ELOOP"];

/** Or would be at another time: then nothing is wrong with the file, but with what SQLite wants to make beside it. */
function isWritable(file: string): boolean {
  try {
    closeSync(openSync(file, "r+"));
    return true;
  } catch (error) {
    return !lasting.includes((error as NodeJS.ErrnoException).code ?? "");
  }
}

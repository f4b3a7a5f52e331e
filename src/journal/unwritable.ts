import { codeOf } from "./database.ts";
import type { Entry } from "./entry.ts";

/** What can never be written, in this file or another: no row can be like it. */
export class UnwritableError extends Error {
  readonly entry: Entry;

  constructor(entry: Entry, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.entry = entry;
  }
}

/** Write `entry`; throws `UnwritableError` when it is not the disk that does not take it. */
export function drafted<Draft>(entry: Entry, write: (entry: Entry) => Draft): Draft {
  try {
    return write(entry);
  } catch (cause) {
    const isItself = cause instanceof TypeError || cause instanceof RangeError || unlikeARow.test(codeOf(cause));
    throw isItself ? new UnwritableError(entry, cause) : cause;
  }
}

const unlikeARow = /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)/;

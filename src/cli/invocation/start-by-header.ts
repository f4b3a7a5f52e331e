import { parseDuration } from "../../duration.ts";
import { BenchdError } from "../../errors.ts";
import { readStartBy } from "../../start-by.ts";
import { UsageError } from "../usage.ts";

/** The header that says until when something is to start; nothing where nothing does. */
export function startByHeader(text: string | undefined, now = Date.now()): Readonly<Record<string, string>> {
  return text === undefined ? {} : { "start-by": new Date(timeOf(text, now)).toISOString() };
}

/** Of a duration, counted from now; times begin with a year. */
function timeOf(text: string, now: number): number {
  try {
    // A year is as long as anybody waits.
    return /^\d{4}-/.test(text) ? readStartBy(text) : now + Math.min(parseDuration(text), 365 * 86_400_000);
  } catch (cause) {
    if (!(cause instanceof BenchdError)) throw cause;
    const wants = "a time with its zone, such as 2026-11-20T22:41:07Z, or a duration from now, such as '30 s'";
    throw new UsageError(`--start-by takes ${wants}, not "${text}"`, { cause });
  }
}

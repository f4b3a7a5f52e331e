import { StartByMalformedError } from "./request-errors.ts";

const rfc3339 = /^(\d{4}-\d\d-\d\d)[Tt](?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** The time until which something is to start, milliseconds since 1970. Throws `StartByMalformedError`. */
export function readStartBy(text: string): number {
  const day = rfc3339.exec(text)?.[1];
  const time = Date.parse(text);
  if (day !== undefined && isDay(day) && !Number.isNaN(time)) return time;
  throw new StartByMalformedError("start-by takes a time with its zone, as in RFC 3339: 2026-11-20T22:41:07.512Z");
}

/** Whether a calendar has it: to JavaScript 30 February is 2 March. */
function isDay(day: string): boolean {
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}

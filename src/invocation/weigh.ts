import { OutputError } from "../errors.ts";

/** What a driver hands over may take so much memory. */
const maxBytes = 16 * 2 ** 20;

/** Throws `OutputError` for more than anybody wants to keep, write down and send; `what` it is. */
export function assertLight(value: unknown, what: string): void {
  if (weigh(value, maxBytes) > maxBytes)
    throw new OutputError(`${what} takes more than ${maxBytes / 2 ** 20} MiB: return a part of it`);
}

/** Deeper values are too much for anybody who writes or reads them as JSON. */
const maxDepth = 500;

/** Roughly the bytes that a JSON value takes in memory; counted up to a little above `most`. */
export function weigh(value: unknown, most = Number.POSITIVE_INFINITY, depth = 0): number {
  if (typeof value === "string") return 2 * value.length;
  if (typeof value !== "object" || value === null) return 8;
  // As JSON each of its bytes has a name.
  if (ArrayBuffer.isView(value)) return 16 + 16 * value.byteLength;
  // A value that contains itself ends here too.
  if (depth > maxDepth) return Number.POSITIVE_INFINITY;
  let sum = 16;
  const isList = Array.isArray(value);
  for (const name of isList ? value.keys() : Object.keys(value)) {
    if (sum > most) break;
    if (typeof name === "string") sum += 2 * name.length;
    sum += weigh((value as Record<string | number, unknown>)[name], most - sum, depth + 1);
  }
  return sum;
}

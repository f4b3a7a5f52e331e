/** Deeper values are too much for anybody who writes or reads them as JSON. */
const maxDepth = 500;

/** Roughly the bytes that a JSON value takes in memory; counted up to a little above `most`. */
export function weigh(value: unknown, most = Number.POSITIVE_INFINITY, depth = 0): number {
  if (typeof value === "string") return 2 * value.length;
  if (typeof value !== "object" || value === null) return 8;
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

/** A part of an OpenAPI document. */
export type Json = Readonly<Record<string, unknown>>;

/** The same table with other entries. */
export function mapTable<A, B>(
  table: Readonly<Record<string, A>>,
  change: (entry: A, name: string) => B,
): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, change(entry, name)]));
}

import { readFile, rm } from "node:fs/promises";

/** What a process holds in memory, but for its compiled code, once all is gone that can go. */
export interface Held {
  readonly bytes: number;
  /** Of these, by V8's names for what they are: "string", "object Invocation". */
  readonly kinds: Readonly<Record<string, number>>;
}

/** As V8 writes it; of each node the fields stand one after the other. */
interface Snapshot {
  readonly snapshot: {
    readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly [readonly string[]] };
  };
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

/** What V8 makes for itself of code that it meets; it comes, and goes, as V8 likes. */
const ofTheEngine: ReadonlySet<string> = new Set(["code", "hidden", "object shape", "synthetic"]);
const named: ReadonlySet<string> = new Set(["object", "native"]);

/**
 * Weighs what `writeHeapSnapshot` of a process has left in a file, and removes it. To be asked by another process: what is
 * read here is as large as what is weighed, and V8 may still hold it when the next snapshot is taken.
 */
export async function held(file: string): Promise<Held> {
  const { snapshot, nodes, strings }: Snapshot = JSON.parse(await readFile(file, "utf8"));
  await rm(file);
  const { node_fields: fields, node_types } = snapshot.meta;
  const [types] = node_types;
  const reader = (field: string) => {
    const offset = fields.indexOf(field);
    return (node: number) => nodes[node + offset] ?? 0;
  };
  const [typeOf, nameOf, sizeOf] = [reader("type"), reader("name"), reader("self_size")];
  const kinds: Record<string, number> = {};
  let bytes = 0;
  for (let node = 0; node < nodes.length; node += fields.length) {
    const type = types[typeOf(node)] ?? "";
    if (ofTheEngine.has(type)) continue;
    const kind = named.has(type) ? `${type} ${strings[nameOf(node)]?.slice(0, 60)}` : type;
    kinds[kind] = (kinds[kind] ?? 0) + sizeOf(node);
    bytes += sizeOf(node);
  }
  return { bytes, kinds };
}

/** Of what there is most more than before, with how much; the first five. */
export function mostGrown(before: Held, after: Held): readonly string[] {
  const grown = Object.entries(after.kinds).map(([kind, bytes]) => [kind, bytes - (before.kinds[kind] ?? 0)] as const);
  return grown
    .filter(([, more]) => more > 0)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 5)
    .map(([kind, more]) => `${kind} ${(more / 2 ** 20).toFixed(2)} MB`);
}

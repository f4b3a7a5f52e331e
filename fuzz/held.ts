import { text } from "node:stream/consumers";
import { getHeapSnapshot } from "node:v8";

/** What a process holds in memory, but for its compiled code, once all is gone that can go. */
export interface Held {
  readonly bytes: number;
  /** Of these, by what they are: "strings", "object Invocation". */
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

/** Stops the process for a second or two. */
export async function held(): Promise<Held> {
  const { snapshot, nodes, strings }: Snapshot = JSON.parse(await text(getHeapSnapshot()));
  const fields = snapshot.meta.node_fields;
  const [types] = snapshot.meta.node_types;
  const [type, name, size] = ["type", "name", "self_size"].map((field) => fields.indexOf(field)) as [
    number,
    number,
    number,
  ];
  const kinds: Record<string, number> = {};
  let bytes = 0;
  for (let node = 0; node < nodes.length; node += fields.length) {
    const of = types[nodes[node + type] ?? 0] ?? "";
    if (ofTheEngine.has(of)) continue;
    const own = nodes[node + size] ?? 0;
    const kind = named.has(of) ? `${of} ${strings[nodes[node + name] ?? 0]?.slice(0, 60)}` : of;
    kinds[kind] = (kinds[kind] ?? 0) + own;
    bytes += own;
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

/** A value of a document, and where it begins; characters from its beginning. */
export type Tree = Leaf | List | Group;

interface Leaf {
  readonly sort: "leaf";
  readonly value: string | number | boolean | null;
  readonly offset: number;
}

interface List {
  readonly sort: "list";
  readonly items: readonly Tree[];
  readonly offset: number;
}

export interface Group {
  readonly sort: "group";
  readonly entries: ReadonlyMap<string, Entry>;
  readonly offset: number;
}

export interface Entry {
  /** Of the key. */
  readonly offset: number;
  readonly value: Tree;
}

/** The bare value. */
export function plainValue(tree: Tree): unknown {
  if (tree.sort === "leaf") return tree.value;
  if (tree.sort === "list") return tree.items.map(plainValue);
  return Object.fromEntries([...tree.entries].map(([name, { value }]) => [name, plainValue(value)]));
}

/** A value as if it stood in a document, for `told`. */
export function asTree(value: unknown): Tree {
  if (Array.isArray(value)) return { sort: "list", items: [], offset: 0 };
  if (typeof value === "object" && value !== null) return { sort: "group", entries: new Map(), offset: 0 };
  const plain = typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
  return { sort: "leaf", value: plain, offset: 0 };
}

/** What something is, for whoever wanted something else. */
export function told(tree: Tree): string {
  if (tree.sort === "list") return "a list";
  if (tree.sort === "group") return "a group of settings";
  if (tree.value === null) return "nothing";
  return typeof tree.value === "string" ? quoted(tree.value) : String(tree.value);
}

/** Words of a document, cut to what a message can hold. */
export const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

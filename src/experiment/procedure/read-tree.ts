import { type Document, isAlias, isCollection, isMap, isScalar, isSeq, Lexer, LineCounter, parseDocument } from "yaml";
import { Mistakes } from "./mistakes.ts";
import type { Entry, Tree } from "./tree.ts";

/** Longer documents are no procedures; bytes of UTF-8. */
const maxBytes = 256 * 1024;
/** Words, signs, line breaks and spaces of YAML: a thousand long steps have 50 000. To make sense of more takes seconds. */
const maxTokens = 60_000;
/** Ten steps inside of one another, and what is given to the innermost. */
const maxDepth = 100;
const maxName = 100;

/** What a document says, undefined when that cannot be told, and everything that is wrong with how it says it. */
export function readTree(text: string, file: string): { readonly tree: Tree | undefined; readonly mistakes: Mistakes } {
  const lines = new LineCounter();
  const mistakes = new Mistakes(file, (offset) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  });
  const bulk = tooMuch(text);
  if (bulk !== undefined) {
    mistakes.note(0, "", bulk);
    return { tree: undefined, mistakes };
  }
  // Its own search for keys that stand twice takes the square of their number.
  const rules = { uniqueKeys: false, schema: "core", prettyErrors: false, logLevel: "error" } as const;
  const document = parseDocument(text, { ...rules, lineCounter: lines });
  noteErrors(document, mistakes);
  if (mistakes.found) return { tree: undefined, mistakes };
  const tree = document.contents === null ? undefined : treeOf(document.contents, { mistakes, offset: 0, depth: 0 });
  if (!tree && !mistakes.found) mistakes.note(0, "", "it is empty: begin with `title:`, and `steps:`");
  return { tree: mistakes.found ? undefined : tree, mistakes };
}

/** Told before anything is made of it: whoever sends it must not cost the bench its time. */
function tooMuch(text: string): string | undefined {
  if (text.length > maxBytes || Buffer.byteLength(text) > maxBytes)
    return `it has more than ${maxBytes / 1024} KiB: is this a procedure?`;
  if (/\p{Cs}/u.test(text)) return "it has halves of characters in it: save it as UTF-8";
  let tokens = 0;
  let open = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === "[" || token === "{") open++;
    else if (token === "]" || token === "}") open--;
    if (open > maxDepth) return tooDeep;
    if (++tokens > maxTokens) return `it says more than ${maxTokens} words: cut it into several procedures`;
  }
  return undefined;
}

const tooDeep = `it is nested deeper than ${maxDepth} levels: is this a procedure?`;

function noteErrors({ errors, warnings, directives }: Document, mistakes: Mistakes): void {
  // What is said of the lines below then only follows from that.
  const of = (codes: readonly string[]) => errors.filter(({ code }) => codes.includes(code));
  const [cause] = [...of(["RESOURCE_EXHAUSTION"]), ...of(["TAB_AS_INDENT"]), ...of(misfits)];
  for (const { pos, code, message } of cause ? [cause] : [...errors, ...warnings])
    mistakes.note(pos[0], "", inPlainWords[code] ?? message);
  if (directives?.yaml.explicit) mistakes.note(0, "", "leave out the line %YAML: a procedure is YAML 1.2");
}

/** Lines that do not fit together, as YAML calls them. */
const misfits = ["BAD_INDENT", "BLOCK_AS_IMPLICIT_KEY", "MULTILINE_IMPLICIT_KEY"];
const misfit =
  "this does not fit together: indent it as its neighbours are, and put a text that has `: ` in it into quotes";

const inPlainWords: Readonly<Record<string, string>> = {
  ...Object.fromEntries(misfits.map((code) => [code, misfit])),
  TAB_AS_INDENT: "YAML is indented with spaces, never with tabs: replace the tab by two spaces",
  RESOURCE_EXHAUSTION: tooDeep,
  MULTIPLE_DOCS: "the file holds one procedure: remove the --- line and what follows it",
  TAG_RESOLVE_FAILED: plainly("a tag (!…)"),
};

function plainly(what: string): string {
  return `a procedure has no ${what}: spell out what is meant`;
}

interface Around {
  readonly mistakes: Mistakes;
  /** Of what it stands in, for what has no place of its own. */
  readonly offset: number;
  readonly depth: number;
}

function treeOf(node: unknown, around: Around): Tree {
  const { mistakes, depth } = around;
  const offset = startOf(node) ?? around.offset;
  const nothing: Tree = { sort: "leaf", value: null, offset };
  const refuse = (message: string): Tree => {
    mistakes.note(offset, "", message);
    return nothing;
  };
  if (depth > maxDepth) return refuse(tooDeep);
  if (isAlias(node)) return refuse(plainly("alias (*)"));
  const { anchor, tag } = (node ?? {}) as { anchor?: string; tag?: string };
  if (anchor !== undefined) return refuse(plainly("anchor (&)"));
  if (tag !== undefined) return refuse(plainly("tag (!…)"));
  if (isSeq(node))
    return {
      sort: "list",
      offset,
      items: node.items.map((one) => treeOf(one, { mistakes, offset, depth: depth + 1 })),
    };
  if (isMap(node)) return { sort: "group", offset, entries: entriesOf(node.items, { ...around, offset }) };
  return isScalar(node) ? leafOf(node, offset, refuse) : nothing;
}

function leafOf({ value, source }: { value: unknown; source?: string }, offset: number, refuse: (why: string) => Tree) {
  if (typeof value === "bigint") return refuse("a number has to be smaller: put a long row of digits into quotes");
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return refuse(`${(source ?? String(value)).slice(0, 20)} is no number to go by`);
    if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^[-+]?\w+$/.test(source ?? ""))
      return refuse("a whole number has 15 digits at most: put a longer row of digits into quotes");
    return { sort: "leaf", value, offset } as const;
  }
  const plain = typeof value === "string" || typeof value === "boolean" ? value : null;
  return { sort: "leaf", value: plain, offset } as const;
}

function entriesOf(
  pairs: readonly { readonly key: unknown; readonly value: unknown }[],
  { mistakes, offset, depth }: Around,
): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const { key, value } of pairs) {
    const at = startOf(key) ?? offset;
    const name = isScalar(key) && key.value !== null ? String(isText(key.value) ? key.value : key.source) : undefined;
    if (name === undefined) mistakes.note(at, "", "a name has to stand before the colon");
    else if (name.length > maxName) mistakes.note(at, "", `a name has ${maxName} characters at most`);
    else if (name === "__proto__") mistakes.note(at, "", "nothing can be called __proto__: choose another name");
    else if (isCollection(key) || marked(key)) mistakes.note(at, "", plainly("marks at names"));
    else if (entries.has(name))
      mistakes.note(at, "", "this key is already there above, and the same key cannot stand twice: remove one");
    else entries.set(name, { offset: at, value: treeOf(value, { mistakes, offset: at, depth: depth + 1 }) });
  }
  return entries;
}

const isText = (value: unknown) => typeof value === "string";

const marked = (key: unknown) => {
  const { anchor, tag } = key as { anchor?: string; tag?: string };
  return anchor !== undefined || tag !== undefined;
};

const startOf = (node: unknown): number | undefined =>
  (node as { readonly range?: readonly [number, number, number] | null } | null)?.range?.[0];

import { isDeepStrictEqual } from "node:util";
import { type Document, isMap, isNode, isScalar, parse, parseDocument, Scalar, type YAMLMap } from "yaml";
import { ConfigError } from "../../errors.ts";

/** What stands below the name of a Thing, as it is written. */
export type Entry = Readonly<Record<string, unknown>>;

/**
 * `text`, a configuration without mistakes, with one more Thing at the end of `things:`. Every other byte of it stays
 * as it was, but where `things:` is written in braces: then the file keeps its comments, and may be spaced anew.
 */
export function withThing(text: string, name: string, entry: Entry): string {
  const document = parseDocument(text);
  const wanted = added(document.toJS(), name, entry);
  const things = document.get("things", true);
  const spliced = isMap(things) && !things.flow ? splice(text, things, name, entry) : undefined;
  if (spliced !== undefined && isDeepStrictEqual(parseDocument(spliced).toJS(), wanted)) return spliced;
  const block = isMap(things) ? things : (document.createNode({}) as YAMLMap);
  block.flow = false;
  if (isNode(things) && things !== block && things.comment) block.commentBefore = things.comment;
  block.set(name, entryNode(document, entry));
  document.set("things", block);
  const rewritten = document.toString(asWritten);
  if (isDeepStrictEqual(parseDocument(rewritten).toJS(), wanted)) return rewritten;
  throw new ConfigError(`the entry of ${name} cannot be written into this file: add it by hand`);
}

/** The lines of an entry, as they stand in the file. */
export function entryText(name: string, entry: Entry, indent = "  "): string {
  const document = parseDocument("{}");
  const block = document.createNode({ [name]: null }) as YAMLMap;
  block.set(name, entryNode(document, entry));
  document.contents = block as never;
  return document.toString(asWritten).trimEnd().replaceAll(/^/gm, indent);
}

/** What somebody writes behind a key: `17`, `"0403"`, `{ min: 0, max: 5 }`. Throws a `ConfigError`. */
export function parseValue(text: string): unknown {
  try {
    return parse(text, { logLevel: "error" });
  } catch (cause) {
    throw new ConfigError("that is no YAML: put texts with special characters into quotes", { cause });
  }
}

/** Long lines are left to their writer. */
const asWritten = { lineWidth: 0 } as const;

/** One line a setting. */
function entryNode(document: Document, entry: Entry): YAMLMap {
  const node = document.createNode(entry) as YAMLMap;
  for (const { value } of node.items) if (isMap(value)) value.flow = true;
  const usb = node.getIn(["serial", "usb"]);
  // With quotes also where YAML would do without: the next serial number may look like a number.
  if (isMap(usb)) for (const { value } of usb.items) if (isScalar<string>(value)) value.type = Scalar.QUOTE_DOUBLE;
  return node;
}

function added(content: unknown, name: string, entry: Entry): unknown {
  const all = (content ?? {}) as Readonly<Record<string, unknown>>;
  return { ...all, things: { ...(all["things"] ?? {}), [name]: entry } };
}

/** Undefined where nothing can be put in without moving something else. */
function splice(text: string, things: YAMLMap, name: string, entry: Entry): string | undefined {
  const first = things.items[0]?.key;
  const last = things.items.at(-1)?.value;
  if (!isScalar(first) || !first.range || !isNode(last) || !last.range) return undefined;
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const indent = /[^\n]*$/.exec(text.slice(0, first.range[0]))?.[0] ?? "";
  const end = last.range[1];
  const rest = text[end - 1] === "\n" ? end : text.indexOf("\n", end) + 1 || text.length;
  const before = text.slice(0, rest);
  const ended = before.endsWith("\n") ? "" : newline;
  // Where the others stand apart, this one does.
  const apart = /\n\s*\n/.test(text.slice(first.range[0], end)) ? newline : "";
  const lines = entryText(name, entry, indent).replaceAll("\n", newline);
  return `${before}${ended}${apart}${lines}${newline}${text.slice(rest)}`;
}

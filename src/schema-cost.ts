import safeRegex from "safe-regex2";
import type { Issue } from "./errors.ts";
import type { TSchema } from "./typebox.ts";

/** A longer text is not held against any pattern; characters. */
export const maxPatternText = 4096;
/** More words than this are no list of words; a compiled schema would not hold many thousands. */
const maxEnum = 1000;
/** Each of them is compared with all others. */
const maxUnique = 1000;

type Node = Readonly<Record<string, unknown>>;

/**
 * Whether a pattern comes to its end on every text: nothing that repeats is repeated, as in `(a+)+`. A group that comes once
 * or not at all, or up to four times in a row, is no repetition. What is no pattern is not safe.
 */
export const isSafePattern = (pattern: string): boolean => safeRegex(flattened(pattern));

/** Escapes and classes stay as they are; a fixed number of characters, and a few groups in a row, are as good as one. */
const parts = /\\.|\[(?:[^\]\\]|\\.)*\]|\)(?:\?|\{[1-4]\})\??|\{\d+\}/gs;

const flattened = (pattern: string) =>
  pattern.replaceAll(parts, (part) => (part.startsWith(")") ? ")" : part.startsWith("{") ? "" : part));

/** What in a schema could take a gateway's time, for whoever has written it: where, and what to write instead. */
export function* costProblems(node: unknown, at = ""): Iterable<{ readonly at: string; readonly message: string }> {
  if (!isNode(node)) return;
  const { pattern, patternProperties, enum: words, uniqueItems, maxItems } = node;
  for (const one of [
    ...(typeof pattern === "string" ? [pattern] : []),
    ...Object.keys(isNode(patternProperties) ? patternProperties : {}),
  ])
    if (isPattern(one) && !isSafePattern(one))
      yield {
        at,
        message: `the pattern ${one} may take for ever on some texts: repeat nothing that repeats itself, as (a+)+ does`,
      };
  if (Array.isArray(words) && words.length > maxEnum)
    yield {
      at,
      message: `an enum has ${maxEnum} values at most, and this one ${words.length}: take a text, and look it up`,
    };
  if (uniqueItems === true && !(typeof maxItems === "number" && maxItems <= maxUnique))
    yield {
      at,
      message: `what has uniqueItems says maxItems too, ${maxUnique} at most: each is compared with all others`,
    };
  for (const [key, value] of Object.entries(node)) {
    if (data.has(key)) continue;
    const below = named.has(key) && isNode(value) ? Object.entries(value) : undefined;
    if (below) for (const [name, one] of below) yield* costProblems(one, `${at}/${name}`);
    else if (Array.isArray(value)) for (const one of value) yield* costProblems(one, at);
    else yield* costProblems(value, at);
  }
}

/** What is none is told by who compiles it. */
function isPattern(text: string): boolean {
  try {
    new RegExp(text, "u");
    return true;
  } catch {
    return false;
  }
}

/** Those that hold no schemas, and those whose keys are names. */
const data = new Set(["const", "default", "enum", "examples"]);
const named = new Set(["properties", "patternProperties"]);

/** Whether a schema has anything whose cost grows with the value faster than its size. */
export const isCostly = (schema: TSchema): boolean =>
  /"(pattern|patternProperties|uniqueItems)":/.test(JSON.stringify(schema));

/** Where a value is too long to be judged by its schema at all; undefined: nowhere. */
export function tooLong(node: unknown, value: unknown, path = ""): Issue | undefined {
  if (!isNode(node)) return undefined;
  const alternatives = node["anyOf"] ?? node["oneOf"];
  if (Array.isArray(alternatives)) {
    const found = alternatives.filter((one) => isOfSort(one, value)).map((one) => tooLong(one, value, path));
    if (found.length > 0 && found.every((issue) => issue)) return found[0];
  }
  for (const one of Array.isArray(node["allOf"]) ? node["allOf"] : []) {
    const found = tooLong(one, value, path);
    if (found) return found;
  }
  if (typeof value === "string")
    return typeof node["pattern"] === "string" && value.length > maxPatternText
      ? issue("maxLength", path, `must not have more than ${maxPatternText} characters`, maxPatternText, value)
      : undefined;
  if (Array.isArray(value)) return tooLongList(node, value, path);
  return typeof value === "object" && value !== null ? tooLongObject(node, value as Node, path) : undefined;
}

/** Whether a value is of the type that a schema asks for, if it asks for any. */
function isOfSort(node: unknown, value: unknown): boolean {
  const type = isNode(node) ? node["type"] : undefined;
  return type === undefined || type === (Array.isArray(value) ? "array" : typeof value);
}

function tooLongList(node: Node, value: readonly unknown[], path: string): Issue | undefined {
  const { items, maxItems } = node;
  const most = typeof maxItems === "number" ? maxItems : maxUnique;
  if (node["uniqueItems"] === true && value.length > most)
    return issue("maxItems", path, `must not have more than ${most} items`, most, value);
  return firstOf(value.entries(), ([i, one]) => tooLong(Array.isArray(items) ? items[i] : items, one, `${path}/${i}`));
}

function tooLongObject(node: Node, value: Node, path: string): Issue | undefined {
  const properties = isNode(node["properties"]) ? node["properties"] : {};
  const patterns = isNode(node["patternProperties"]) ? Object.values(node["patternProperties"]) : [];
  return firstOf(Object.entries(value), ([name, one]) => {
    const at = `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (patterns.length > 0 && name.length > maxPatternText)
      return issue(
        "maxLength",
        path,
        `must not have names of more than ${maxPatternText} characters`,
        maxPatternText,
        value,
      );
    if (Object.hasOwn(properties, name)) return tooLong(properties[name], one, at);
    return firstOf([...patterns, node["additionalProperties"]], (open) => tooLong(open, one, at));
  });
}

const issue = (keyword: string, path: string, message: string, limit: number, value: unknown): Issue => ({
  ...{ path, keyword, message, value },
  params: { limit },
});

function firstOf<T>(list: Iterable<T>, find: (one: T) => Issue | undefined): Issue | undefined {
  for (const one of list) {
    const found = find(one);
    if (found) return found;
  }
  return undefined;
}

const isNode = (node: unknown): node is Node => typeof node === "object" && node !== null && !Array.isArray(node);

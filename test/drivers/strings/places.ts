import type { TSchema } from "typebox";

/** Where in a value a string goes: the keys down to it; `*` is any entry of an array or of an open object. */
export type Place = readonly string[];

/** A schema as far as it has to be understood here. */
interface Node {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly patternProperties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: boolean | Node;
  readonly items?: Node | readonly Node[];
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly allOf?: readonly Node[];
}

/** Every place of a schema where a client may put a string of his own. */
export function stringPlaces(schema: TSchema | undefined, at: Place = []): readonly Place[] {
  return schema ? search(schema as Node, at) : [];
}

function search(node: Node, at: Place): readonly Place[] {
  // Words that are given are not the client's.
  if (node.const !== undefined || node.enum !== undefined) return [];
  const { properties = {}, patternProperties = {}, additionalProperties, items = [] } = node;
  const open = Object.values(patternProperties).concat(isNode(additionalProperties) ? additionalProperties : []);
  const anything = node.type === undefined && Object.keys(node).every((key) => !structural.has(key));
  return [
    ...(node.type === "string" || anything ? [at] : []),
    ...(additionalProperties === true ? [[...at, "*"]] : []),
    ...Object.entries(properties).flatMap(([name, part]) => search(part, [...at, name])),
    ...[open, items].flat().flatMap((part) => search(part as Node, [...at, "*"])),
    ...[node.anyOf, node.oneOf, node.allOf].flatMap((parts = []) => parts.flatMap((part) => search(part, at))),
  ];
}

const structural = new Set(["properties", "patternProperties", "items", "anyOf", "oneOf", "allOf"]);
const isNode = (part: boolean | Node | undefined): part is Node => typeof part === "object";

/** The same value with `text` at that place; what is missing on the way there is made. Names that are open become it too. */
export function putAt(value: unknown, place: Place, text: string): unknown {
  const [key, ...rest] = place;
  if (key === undefined) return text;
  if (Array.isArray(value)) return value.map((part) => putAt(part, rest, text));
  const whole = Object.entries(typeof value === "object" && value !== null ? value : {});
  if (key !== "*") return { ...Object.fromEntries(whole), [key]: putAt(Object.fromEntries(whole)[key], rest, text) };
  const changed = whole.map(([name, part]) => [name, putAt(part, rest, text)] as const);
  return Object.fromEntries([...changed, [text, putAt(whole[0]?.[1], rest, text)]]);
}

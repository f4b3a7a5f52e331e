import type { TSchema } from "../typebox.ts";

type Json = Record<string, unknown>;

/**
 * A schema in the words of the Thing Description's data schemas: they know `enum` and `oneOf` where TypeBox writes
 * `anyOf`. Units, defaults and limits stay as they are.
 */
export function dataSchema(schema: TSchema): Json {
  return translate(schema) as Json;
}

/** Their values are data, not schemas. */
const literal = new Set(["const", "default", "enum", "examples"]);

function translate(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(translate);
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node);
  const plain = entries.map(([key, value]) => [key, literal.has(key) ? value : translateIn(key, value)]);
  const { anyOf, ...rest } = Object.fromEntries(plain) as Json;
  return Array.isArray(anyOf) ? { ...rest, ...choice(anyOf as Json[]) } : rest;
}

/** Below `properties` the keys are names, so a property may be called `default`. */
function translateIn(key: string, value: unknown): unknown {
  if (key !== "properties" || typeof value !== "object" || value === null) return translate(value);
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, translate(schema)]));
}

function choice(options: readonly Json[]): Json {
  const constants = options.every((option) => "const" in option);
  if (!constants) return { oneOf: options };
  const types = new Set(options.map((option) => option["type"]));
  const [type] = types;
  return { ...(types.size === 1 && { type }), enum: options.map((option) => option["const"]) };
}

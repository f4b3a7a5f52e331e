import type { TSchema } from "../../typebox.ts";

type Node = Readonly<Record<string, unknown>>;

/** The schemas that a value may fit one of: itself, unless it is a choice. */
function alternatives(schema: unknown, depth = 0): readonly Node[] {
  if (!isNode(schema) || depth > 5) return [];
  const choice = schema["anyOf"] ?? schema["oneOf"];
  return Array.isArray(choice) ? choice.flatMap((one) => alternatives(one, depth + 1)) : [schema];
}

/** The schema of what stands at a path in a value; undefined where nothing is said of it. */
export function schemaAt(schema: TSchema | undefined, path: readonly string[]): TSchema | undefined {
  let at: unknown = schema;
  for (const field of path) {
    const found = alternatives(at).flatMap((one) => below(one, field) ?? []);
    if (found.length === 0) return undefined;
    at = found.length === 1 ? found[0] : { anyOf: found };
  }
  return at as TSchema | undefined;
}

function below({ properties, type, items, additionalProperties }: Node, field: string): unknown {
  if (isNode(properties) && Object.hasOwn(properties, field)) return properties[field];
  if (type === "array") return field === "length" ? { type: "integer" } : isNode(items) ? items : undefined;
  return isNode(additionalProperties) ? additionalProperties : undefined;
}

/** The names of what a value may have in it; undefined where there may be others, or nobody knows. */
export function fieldsAt(schema: TSchema | undefined, path: readonly string[]): readonly string[] | undefined {
  const all = alternatives(schemaAt(schema, path));
  if (all.length === 0) return undefined;
  const names: string[] = [];
  for (const one of all) {
    const { type, properties, additionalProperties, patternProperties, allOf } = one;
    const isPlain = type !== undefined && type !== "object" && type !== "array";
    if (isPlain) continue;
    const isClosed = type === "object" && isNode(properties) && !patternProperties && !allOf;
    if (!isClosed || (additionalProperties !== undefined && additionalProperties !== false)) return undefined;
    names.push(...Object.keys(properties));
  }
  return names;
}

/** The types of JSON that a value may have, whole numbers being numbers; undefined where nobody knows. */
export function typesAt(schema: TSchema | undefined, path: readonly string[]): ReadonlySet<string> | undefined {
  const all = alternatives(schemaAt(schema, path)).map((one) => typeIn(one));
  return all.length === 0 || all.includes(undefined) ? undefined : new Set(all.flatMap((one) => one ?? []));
}

function typeIn({ type, const: only, enum: words }: Node): readonly string[] | undefined {
  if (typeof type === "string") return [type === "integer" ? "number" : type];
  const values = Array.isArray(words) ? words : only === undefined ? undefined : [only];
  return values?.map((one) => (one === null ? "null" : Array.isArray(one) ? "array" : typeof one));
}

/** The unit of what stands there. */
export function unitAt(schema: TSchema | undefined, path: readonly string[]): string | undefined {
  const units = alternatives(schemaAt(schema, path)).flatMap(({ unit }) => (typeof unit === "string" ? [unit] : []));
  return units[0];
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);

import { comment } from "./comment.ts";

/** A data schema of a Thing Description. */
export type Schema = Readonly<Record<string, unknown>>;

interface Place {
  /** What is sent: fields with a default may be left out. */
  readonly isInput: boolean;
  /** How far in; two spaces each. */
  readonly indent: number;
}

/** What is deeper, or has more choices, is not written out. */
const maxIndent = 40;
const maxChoices = 200;

/** The type of the values of a schema, in TypeScript. What it does not say is `unknown`. */
export function schemaType(schema: unknown, place: Place): string {
  if (!isObject(schema) || place.indent > maxIndent) return "unknown";
  if ("benchd:blob" in schema) return "BlobLink";
  if ("const" in schema) return literal(schema["const"]);
  const choices = schema["enum"];
  if (Array.isArray(choices) && choices.length > 0 && choices.length <= maxChoices) return union(choices.map(literal));
  const options = schema["oneOf"] ?? schema["anyOf"];
  if (Array.isArray(options) && options.length > 0 && options.length <= maxChoices)
    return union(options.map((option) => schemaType(option, place)));
  const types = [schema["type"]].flat();
  return union(types.map((type) => typed(type, schema, place)));
}

function typed(type: unknown, schema: Schema, place: Place): string {
  switch (type) {
    case "integer":
    case "number":
      return "number";
    case "string":
    case "boolean":
    case "null":
      return type;
    case "array":
      return arrayType(schema, place);
    case "object":
      return objectType(schema, place);
    default:
      return "unknown";
  }
}

function arrayType({ items, prefixItems }: Schema, place: Place): string {
  const each = prefixItems ?? items;
  if (Array.isArray(each)) return `readonly [${each.map((one) => schemaType(one, place)).join(", ")}]`;
  const item = schemaType(each, place);
  return /[|&]/.test(item) ? `readonly (${item})[]` : `readonly ${item}[]`;
}

function objectType({ properties, required, additionalProperties }: Schema, place: Place): string {
  const inner = { ...place, indent: place.indent + 1 };
  const needed = new Set(Array.isArray(required) ? required : []);
  const fields = Object.entries(isObject(properties) ? properties : {}).map(([name, schema]) => {
    const mayLack = !needed.has(name) || (place.isInput && isObject(schema) && "default" in schema);
    return `${comment(schema, inner.indent)}${margin(inner.indent)}readonly ${key(name)}${mayLack ? "?" : ""}: ${schemaType(schema, inner)};`;
  });
  // Beside fields that have types of their own, an index would have to be wide enough for all of them.
  const others =
    fields.length > 0 || isObject(additionalProperties) ? additionalProperties : (additionalProperties ?? true);
  if (others !== undefined && others !== false) {
    const value = fields.length === 0 && isObject(others) ? schemaType(others, inner) : "unknown";
    fields.push(`${margin(inner.indent)}readonly [name: string]: ${value};`);
  }
  return fields.length === 0 ? "Record<string, never>" : `{\n${fields.join("\n")}\n${margin(place.indent)}}`;
}

const union = (types: readonly string[]) => [...new Set(types)].join(" | ");

/** Of data: `null`, a text, a number or a truth value. */
function literal(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "number";
  return typeof value === "string" ? quoted(value) : "unknown";
}

/** A name as it may stand before a colon. */
export const key = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name));

/** With nothing in it that an editor would show otherwise than it is. */
const quoted = (text: string) =>
  JSON.stringify(text).replace(/[^\x20-\x7e]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);

export const margin = (indent: number) => "  ".repeat(indent);

export const isObject = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

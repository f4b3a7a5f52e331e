import { closed } from "../../schema.ts";
import type { TSchema } from "../../typebox.ts";
import type { Json } from "./json.ts";

/** A schema of ours in the words of OpenAPI 3.1, for what a client is sent. */
export const answerSchema = (schema: TSchema): Json => translate(schema, false) as Json;

/** The same for what a client sends: closed, and what has a default may be left out. */
export const bodySchema = (schema: TSchema): Json => translate(closed(schema), true) as Json;

/** Their values are data, not schemas. */
const literal = new Set(["const", "default", "enum", "examples", "required"]);
/** Below them stand names, which may be called like keywords. */
const named = new Set(["properties", "patternProperties", "$defs", "dependentSchemas"]);

/** What tools that know OpenAPI expect in a schema. All else, such as `unit`, is an extension for them. */
const keywords = new Set([
  ...literal,
  ...named,
  ...["$ref", "type", "title", "description", "format", "deprecated", "readOnly", "writeOnly", "contentMediaType"],
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern"],
  ...["items", "prefixItems", "additionalItems", "unevaluatedItems", "contains", "minContains", "maxContains"],
  ...["minItems", "maxItems", "uniqueItems", "additionalProperties", "unevaluatedProperties", "propertyNames"],
  ...["minProperties", "maxProperties", "dependentRequired", "anyOf", "oneOf", "allOf", "not", "if", "then", "else"],
]);

function translate(node: unknown, given: boolean): unknown {
  if (Array.isArray(node)) return node.map((one) => translate(one, given));
  if (typeof node !== "object" || node === null) return node;
  // A driver's reference to what stands elsewhere in its own schema leads nowhere in a document of many.
  if ("$ref" in node && !String(node.$ref).startsWith("#/components/")) return {};
  const words = Object.entries(node)
    .filter(([key]) => !key.startsWith("~"))
    .map(([key, value]) => [keywords.has(key) || key.startsWith("x-") ? key : `x-${key}`, inner(key, value, given)]);
  return told(withPlaces(withNames(withChoices(Object.fromEntries(words)))), given);
}

function inner(key: string, value: unknown, given: boolean): unknown {
  if (literal.has(key)) return value;
  if (!named.has(key) || typeof value !== "object" || value === null) return translate(value, given);
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, translate(schema, given)]));
}

/** A choice among constants is an `enum`, which the makers of clients know as a type; so they want its `type`. */
function withChoices({ anyOf, ...schema }: Json): Json {
  if (!Array.isArray(anyOf)) return withType({ ...schema, ...(anyOf !== undefined && { anyOf }) });
  const options = anyOf as readonly Json[];
  if (!options.every((option) => "const" in option)) return { ...schema, anyOf };
  return withType({ ...schema, enum: options.map((option) => option["const"]) });
}

/** A record of anything by name is told as JSON Schema has it for most tools. */
function withNames(schema: Json): Json {
  const { patternProperties: patterns, ...rest } = schema;
  const [[pattern, value] = [], ...more] = Object.entries((patterns ?? {}) as Json);
  return pattern === "^.*$" && more.length === 0 ? { ...rest, additionalProperties: value } : schema;
}

/** What stands at each place of a list was told otherwise before JSON Schema 2020-12. */
function withPlaces({ additionalItems, ...schema }: Json): Json {
  if (!Array.isArray(schema["items"])) return schema;
  const { items: prefixItems, ...rest } = schema;
  return { ...rest, prefixItems, ...(additionalItems !== undefined && { items: additionalItems }) };
}

function withType(schema: Json): Json {
  const { enum: values, type } = schema;
  if (!Array.isArray(values) || type !== undefined) return schema;
  const types = new Set(values.map((value) => typeof value));
  const [only] = types;
  return types.size === 1 && (only === "string" || only === "number") ? { type: only, ...schema } : schema;
}

/** The unit stands in the description too, which makers of clients hand on; of what is sent, a default may be left out. */
function told(schema: Json, given: boolean): Json {
  const { description, required, properties, "x-unit": unit } = schema;
  const text = [description, typeof unit === "string" && `Unit: ${unit}`].filter(Boolean).join(". ");
  const fields = properties as Readonly<Record<string, Json>> | undefined;
  const needed = Array.isArray(required) && given ? required.filter((name) => !hasDefault(fields?.[name])) : required;
  const { required: _, ...rest } = schema;
  return {
    ...rest,
    ...(text !== "" && { description: text }),
    ...(Array.isArray(needed) && needed.length > 0 && { required: needed }),
  };
}

const hasDefault = (schema: Json | undefined): boolean => schema !== undefined && "default" in schema;

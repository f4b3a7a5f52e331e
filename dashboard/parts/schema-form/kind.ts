import type { Schema } from "../../bench/shapes.ts";

/** What a field for a schema is. */
export type Kind =
  | { readonly kind: "number" | "text" | "json" }
  | { readonly kind: "choice"; readonly values: readonly unknown[]; readonly labels: readonly string[] }
  | { readonly kind: "object"; readonly members: readonly Member[] }
  | { readonly kind: "tuple"; readonly items: readonly Schema[] }
  | { readonly kind: "list"; readonly item: Schema; readonly least: number; readonly most: number }
  | { readonly kind: "options"; readonly options: readonly Schema[]; readonly labels: readonly string[] };

export interface Member {
  readonly name: string;
  readonly schema: Schema;
  /** It has to be there: nothing stands in for it. */
  readonly needed: boolean;
}

/** More fields, choices or items than these help nobody, and take a page its time. */
const maxMembers = 100;
const maxChoices = 1000;
const maxItems = 100;
const maxDepth = 6;

const known = new WeakMap<Schema, Kind>();

/** What is drawn for a schema; `json` for what is beyond it. */
export function kindOf(schema: Schema): Kind {
  const kind = known.get(schema) ?? (depthOf(schema) > maxDepth ? json : found(schema));
  known.set(schema, kind);
  return kind;
}

const json: Kind = { kind: "json" };

function found(schema: Schema): Kind {
  const { type, oneOf, anyOf } = schema;
  const options = oneOf ?? anyOf;
  if ("const" in schema) return choice([schema.const]);
  if (schema.enum) return schema.enum.length <= maxChoices ? choice(schema.enum) : json;
  if (schema.allOf) return json;
  if (options) return optionsOf(options);
  if (type === "boolean") return { kind: "choice", values: [true, false], labels: ["yes", "no"] };
  if (type === "null") return choice([null]);
  if (type === "number" || type === "integer") return { kind: "number" };
  if (type === "string") return { kind: "text" };
  if (type === "object") return objectOf(schema);
  return type === "array" ? listOf(schema) : json;
}

const choice = (values: readonly unknown[]): Kind => ({ kind: "choice", values, labels: values.map(label) });

const label = (value: unknown): string => (value === null ? "none" : String(value)).slice(0, 100);

function optionsOf(options: readonly Schema[]): Kind {
  if (options.length === 0 || options.length > maxMembers) return json;
  if (options.every((one) => "const" in one))
    return {
      kind: "choice",
      values: options.map((one) => one.const),
      labels: options.map((one) => one.title ?? label(one.const)),
    };
  return { kind: "options", options, labels: options.map(optionLabel) };
}

const words: Readonly<Record<string, string>> = {
  number: "a number",
  integer: "a whole number",
  string: "a text",
  boolean: "yes or no",
  array: "a list",
  null: "none",
};

function optionLabel({ title, type, properties, ...rest }: Schema, n: number): string {
  if (title !== undefined) return title;
  if ("const" in rest) return label(rest.const);
  if (type === "object" && properties) return Object.keys(properties).slice(0, 6).join(", ");
  return (type !== undefined && words[type]) || `option ${n + 1}`;
}

function objectOf(schema: Schema): Kind {
  const { properties = {}, required = [], additionalProperties, propertyNames, patternProperties } = schema;
  const open = typeof additionalProperties === "object" ? additionalProperties : undefined;
  const named = open ? (propertyNames?.enum ?? []).filter((one) => typeof one === "string") : [];
  const others = named.filter((name) => !Object.hasOwn(properties, name));
  const more = open !== undefined && propertyNames?.enum === undefined;
  const blob = schema["benchd:blob"] !== undefined;
  if (patternProperties || more || (additionalProperties === true && !blob)) return json;
  const all = [...Object.entries(properties), ...others.map((name) => [name, open ?? {}] as const)]
    // Of what leads elsewhere, where that is will do.
    .filter(([name]) => !blob || required.includes(name))
    .map(([name, one]) => ({ name, schema: one, needed: required.includes(name) && !("default" in one) }));
  return all.length > maxMembers ? json : { kind: "object", members: all };
}

function listOf({ items, minItems: least = 0, maxItems: most = maxItems }: Schema): Kind {
  if (Array.isArray(items)) return items.length <= maxMembers ? { kind: "tuple", items } : json;
  if (typeof items !== "object" || least > maxItems) return json;
  return { kind: "list", item: items as Schema, least, most: Math.min(most, maxItems) };
}

function depthOf(schema: Schema, depth = 0): number {
  if (depth > maxDepth || typeof schema !== "object" || schema === null) return depth;
  const { properties = {}, items = [], oneOf = [], anyOf = [], additionalProperties } = schema;
  const below = [...Object.values(properties), ...[items].flat(), ...oneOf, ...anyOf];
  if (typeof additionalProperties === "object") below.push(additionalProperties);
  return below.reduce((most, one) => Math.max(most, depthOf(one, depth + 1)), depth);
}

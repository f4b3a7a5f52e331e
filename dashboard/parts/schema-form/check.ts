import type { Schema } from "../../bench/shapes.ts";
import { unitText } from "../unit-text.ts";
import { numberText } from "../value-text.ts";
import { limitsText } from "./limits-text.ts";

/** A longer text is held against no pattern, there as here; characters. */
const maxPatternText = 4096;
/** Binary numbers are no multiples of decimal ones to the last digit. */
const tolerance = 1e-10;

/**
 * What is wrong with a value, by JSON pointer; nothing: it fits. It goes by what fields are made of, and is never stricter
 * than the gateway, which has the last word.
 */
export function misfits(schema: Schema, value: unknown, at = ""): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  collect(schema, value, at, found);
  return found;
}

function collect(schema: Schema, value: unknown, at: string, found: Map<string, string>): void {
  const here = misfit(schema, value);
  if (here !== undefined) {
    if (!found.has(at)) found.set(at, here);
    return;
  }
  const options = schema.oneOf ?? schema.anyOf;
  if (options) {
    const tries = options.map((one) => misfits(one, value, at));
    const first = tries.find((one) => one.size === 0) ? undefined : (tries.find((one) => !one.has(at)) ?? tries[0]);
    for (const [path, words] of first ?? []) found.set(path, words);
  }
  for (const one of schema.allOf ?? []) collect(one, value, at, found);
  if (Array.isArray(value))
    value.forEach((one, n) => {
      const item = Array.isArray(schema.items) ? schema.items[n] : schema.items;
      if (item) collect(item as Schema, one, `${at}/${n}`, found);
    });
  else if (typeof value === "object" && value !== null) collectMembers(schema, value, at, found);
}

function collectMembers(schema: Schema, value: object, at: string, found: Map<string, string>): void {
  const { properties = {}, required = [], additionalProperties } = schema;
  for (const name of required)
    if (!Object.hasOwn(value, name) && !("default" in (properties[name] ?? {})))
      found.set(`${at}/${pointerPart(name)}`, "is needed");
  for (const [name, one] of Object.entries(value)) {
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const below = own ?? (typeof additionalProperties === "object" ? additionalProperties : undefined);
    if (below) collect(below, one, `${at}/${pointerPart(name)}`, found);
    else if (additionalProperties === false && !own) found.set(`${at}/${pointerPart(name)}`, "is not known");
  }
}

/** What is wrong with a value itself, whatever is in it. */
export function misfit(schema: Schema, value: unknown): string | undefined {
  if ("const" in schema && !same(schema.const, value)) return `has to be ${JSON.stringify(schema.const)}`;
  if (schema.enum && !schema.enum.some((one) => same(one, value))) return "is none of the choices";
  const { type } = schema;
  if (type !== undefined && !isOf(type, value)) return `has to be ${types[type] ?? type}`;
  if (typeof value === "number") return numberMisfit(schema, value);
  if (typeof value === "string") return textMisfit(schema, value);
  return Array.isArray(value) ? listMisfit(schema, value) : undefined;
}

const types: Readonly<Record<string, string>> = {
  number: "a number",
  integer: "a whole number",
  string: "a text",
  boolean: "yes or no",
  object: "an object, { … }",
  array: "a list, [ … ]",
  null: "null",
};

function isOf(type: string, value: unknown): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "number") return typeof value === "number";
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  return typeof value === type && value !== null && !Array.isArray(value);
}

function numberMisfit(schema: Schema, value: number): string | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const outside =
    (minimum !== undefined && value < minimum) ||
    (maximum !== undefined && value > maximum) ||
    (exclusiveMinimum !== undefined && value <= exclusiveMinimum) ||
    (exclusiveMaximum !== undefined && value >= exclusiveMaximum);
  if (outside) return `has to be ${limitsText(schema)}`;
  if (multipleOf === undefined || multipleOf <= 0) return undefined;
  const parts = value / multipleOf;
  if (Math.abs(parts - Math.round(parts)) * multipleOf <= tolerance + Math.abs(value) * Number.EPSILON)
    return undefined;
  return `has to be a multiple of ${numberText(multipleOf)} ${unitText(schema.unit)}`.trim();
}

function textMisfit(schema: Schema, value: string): string | undefined {
  const { minLength = 0, maxLength, pattern, expects } = schema;
  const { length } = [...value];
  // Of what people take for one character there are never more than of these.
  if (length < minLength) return value === "" ? "is needed" : `needs ${minLength} characters at least`;
  if (maxLength !== undefined && length > maxLength)
    return `may have ${maxLength} characters at most, and has ${length}`;
  if (pattern === undefined || value.length > maxPatternText) return undefined;
  const fits = compiled(pattern)?.test(value) ?? true;
  return fits ? undefined : `has to be ${expects ?? `of the form ${pattern.slice(0, 200)}`}`;
}

function compiled(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return undefined;
  }
}

function listMisfit(schema: Schema, value: readonly unknown[]): string | undefined {
  const { items, minItems = 0, maxItems, uniqueItems } = schema;
  if (value.length < minItems) return `needs ${minItems} at least`;
  const most = maxItems ?? (Array.isArray(items) ? items.length : undefined);
  if (most !== undefined && value.length > most) return `may have ${most} at most`;
  if (uniqueItems && new Set(value.map((one) => JSON.stringify(one))).size < value.length) return "has the same twice";
  return undefined;
}

const same = (a: unknown, b: unknown) => a === b || JSON.stringify(a) === JSON.stringify(b);

export const pointerPart = (name: string) => name.replaceAll("~", "~0").replaceAll("/", "~1");

import { inLine } from "../terminal/in-line.ts";
import { alternatives, fieldsOf, type Schema } from "./schema.ts";
import { behind, unitText } from "./unit.ts";

const sorts: Readonly<Record<string, string>> = {
  string: "text",
  number: "number",
  integer: "whole number",
  boolean: "true or false",
  null: "none",
};

/** What a value may be, in a few words: `number, more than 0 mL`, `infusing | stopped`. */
export function schemaWords(schema: Schema): string {
  const ways = alternatives(schema);
  if (ways.length > 1 || ways[0] !== schema) return ways.map(schemaWords).join(", or ");
  return [sortOf(schema), ...limitsOf(schema)].join(", ");
}

function sortOf(schema: Schema): string {
  const { type, const: only, enum: values } = schema;
  if (only !== undefined) return asTyped(only);
  if (values) return values.map(asTyped).join(" | ");
  if (type === "object") {
    const names = Object.keys(fieldsOf(schema));
    return names.length > 0 ? `object of ${names.map(inLine).join(", ")}` : "object";
  }
  if (type === "array") {
    const { items } = schema;
    if (Array.isArray(items)) return `list of ${items.length}`;
    const each = typeof items === "object" && items !== null ? (items as Schema) : {};
    return `list of ${schemaWords(each)}`;
  }
  return sorts[String(type)] ?? "anything";
}

const asTyped = (value: unknown) => (typeof value === "string" ? inLine(value) : inLine(JSON.stringify(value)));

/** Its bounds with the unit, which stands there in any case. */
function limitsOf(schema: Schema): readonly string[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, minLength, maxLength, unit } = schema;
  const u = typeof unit === "string" ? unit : undefined;
  const bounds = [
    ...(minimum !== undefined && maximum !== undefined
      ? [`${minimum} to ${maximum}${behind(u)}`]
      : [
          minimum !== undefined && `at least ${minimum}${behind(u)}`,
          exclusiveMinimum !== undefined && `more than ${exclusiveMinimum}${behind(u)}`,
          maximum !== undefined && `at most ${maximum}${behind(u)}`,
        ]),
    exclusiveMaximum !== undefined && `less than ${exclusiveMaximum}${behind(u)}`,
    multipleOf !== undefined && `in steps of ${multipleOf}${behind(u)}`,
    minLength !== undefined && `at least ${minLength} characters`,
    maxLength !== undefined && `at most ${maxLength} characters`,
  ].filter((one) => one !== false);
  const bare = u !== undefined && unitText(u) !== "" && bounds.length === 0;
  return bare ? [`in ${unitText(u)}`] : bounds;
}

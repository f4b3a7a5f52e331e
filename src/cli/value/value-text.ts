import { inLine } from "../terminal/in-line.ts";
import { fieldAt, onlyWay, type Schema, unitOf } from "./schema.ts";
import { behind } from "./unit.ts";

/** A value for people, in one line: numbers with their units, texts as they are, objects field by field, the rest as JSON. */
export function valueText(value: unknown, schema: Schema = {}): string {
  if (typeof value === "number") return `${value}${behind(unitOf(schema))}`;
  if (typeof value === "string") return inLine(value);
  if (value === null || value === undefined) return "none";
  if (typeof value !== "object") return String(value);
  const way = onlyWay(schema) ?? {};
  if (Array.isArray(value)) {
    const { items } = way;
    const each = typeof items === "object" && items !== null && !Array.isArray(items) ? (items as Schema) : undefined;
    if (value.every((one) => typeof one === "number") && each) return `${value.join(", ")}${behind(unitOf(each))}`;
    return inLine(JSON.stringify(value));
  }
  const entries = Object.entries(value);
  if (entries.some(([, one]) => typeof one === "object" && one !== null)) return inLine(JSON.stringify(value));
  return entries.map(([name, one]) => `${inLine(name)} ${valueText(one, fieldAt(way, name))}`).join(", ");
}

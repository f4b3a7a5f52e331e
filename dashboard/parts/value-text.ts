import type { Schema } from "../bench/shapes.ts";
import { unitText } from "./unit-text.ts";

/** More of a text, of a list, or deeper down, is not drawn: a device may send anything. */
const maxText = 400;
const maxParts = 12;
const maxDepth = 4;

/** A value in words, with the units that its schema tells; never longer than some lines. */
export function valueText(value: unknown, schema: Schema = {}, depth = 0): string {
  if (typeof value === "number") {
    const unit = unitText(unitOf(schema));
    return unit === "" ? numberText(value) : `${numberText(value)} ${unit}`;
  }
  if (typeof value === "string") return shortened(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value === null) return "none";
  if (value === undefined) return "";
  if (depth >= maxDepth) return "…";
  return Array.isArray(value) ? listText(value, schema, depth) : membersText(value, schema, depth);
}

/** More digits than these were computed, and not measured. */
const mostDigits = 9;

/** As it was told; with so many digits that no instrument measures them, seven of them, and two behind the point. */
export function numberText(value: number): string {
  const digits = String(value).replace(/e.*$/, "").replaceAll(/\D/g, "").replace(/^0+/, "").length;
  if (!Number.isFinite(value) || Number.isInteger(value) || digits <= mostDigits) return String(value);
  const whole = Math.trunc(Math.abs(value)).toString().length;
  return String(Number(value.toPrecision(Math.max(7, Math.min(whole + 2, 17)))));
}

/** A text, no longer than can be drawn, and what is missing. */
export function shortened(text: string, most = maxText): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`;
}

/** Also of what may be null. */
export const unitOf = ({ unit, oneOf = [], anyOf = [] }: Schema): string | undefined =>
  unit ?? [...oneOf, ...anyOf].find((one) => one.unit !== undefined)?.unit;

function listText(list: readonly unknown[], { items }: Schema, depth: number): string {
  if (list.length === 0) return "none";
  const of = (n: number): Schema => (Array.isArray(items) ? items[n] : items) ?? {};
  const shown = list.slice(0, maxParts).map((one, n) => valueText(one, of(n), depth + 1));
  const more = list.length > maxParts ? ` … (${list.length} in all)` : "";
  return shown.join(", ") + more;
}

function membersText(value: object, schema: Schema, depth: number): string {
  const names = Object.keys(value);
  if (names.length === 0) return "nothing";
  const shown = names.slice(0, maxParts).map((name) => {
    const of = memberSchema(schema, name);
    return `${shortened(name, 60)} ${valueText(Reflect.get(value, name), of, depth + 1)}`;
  });
  return shown.join(", ") + (names.length > maxParts ? ` … (${names.length} in all)` : "");
}

/** Of a member that may be one that only additionalProperties knows. */
export function memberSchema({ properties = {}, additionalProperties, oneOf, anyOf }: Schema, name: string): Schema {
  if (Object.hasOwn(properties, name)) return properties[name] ?? {};
  if (typeof additionalProperties === "object") return additionalProperties;
  const one = [...(oneOf ?? []), ...(anyOf ?? [])].find(({ properties: own = {} }) => Object.hasOwn(own, name));
  return one?.properties?.[name] ?? {};
}

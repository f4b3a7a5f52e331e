import { didYouMean } from "../../did-you-mean.ts";
import { UsageError } from "../usage.ts";
import { alternatives, mayBeNull, onlyWay, type Schema } from "./schema.ts";
import { schemaWords } from "./schema-words.ts";
import { isUnit, unitText } from "./unit.ts";

/** What somebody has typed for `name`, as its schema has it. Throws `UsageError`; the bounds are held against it elsewhere. */
export function readValue(text: string, schema: Schema, name: string): unknown {
  const typed = text.trim();
  if (mayBeNull(schema) && /^(null|none)$/i.test(typed)) return null;
  const way = onlyWay(schema);
  if (!way) return readOneOf(typed, schema, name);
  if (way.const !== undefined) return readEnum(typed, [way.const], name);
  if (way.enum) return readEnum(typed, way.enum, name);
  if (way.type === "string") return text;
  if (way.type === "boolean") return readBoolean(typed, name);
  if (way.type === "number" || way.type === "integer") return readWithUnit(typed, way, name);
  if (way.type === "object" || way.type === "array") return readJson(typed, way, name);
  return jsonOrText(typed);
}

function readOneOf(text: string, schema: Schema, name: string): unknown {
  let wrong: unknown;
  for (const way of alternatives(schema)) {
    if (way.type === "string" && way.enum === undefined) continue;
    try {
      return readValue(text, way, name);
    } catch (error) {
      wrong = error;
    }
  }
  if (alternatives(schema).some(({ type }) => type === "string")) return text;
  throw new UsageError(`${name} takes ${schemaWords(schema)}, not "${text}"`, { cause: wrong });
}

function readEnum(text: string, values: readonly unknown[], name: string): unknown {
  const words = values.map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
  const at = words.indexOf(text);
  if (at >= 0) return values[at];
  throw new UsageError(`${name} takes ${words.join(" | ")}, not "${text}"${didYouMean(text, words)}`);
}

function readBoolean(text: string, name: string): boolean {
  if (/^(true|on|yes|y|1)$/i.test(text)) return true;
  if (/^(false|off|no|n|0)$/i.test(text)) return false;
  throw new UsageError(`${name} takes on or off, true or false, not "${text}"`);
}

const withUnit = /^([-+]?(?:\d+(?:[.,]\d+)?|\.\d+)(?:e[-+]?\d+)?)\s*(.*)$/i;

function readWithUnit(text: string, schema: Schema, name: string): number {
  const [, digits = "", unit = ""] = withUnit.exec(text) ?? [];
  if (digits === "") throw new UsageError(`${name} takes ${schemaWords(schema)}, not "${text}"`);
  if (/^[-+]?[1-9]\d{0,2},\d{3}$/.test(digits))
    throw new UsageError(
      `${name}: "${digits}" may mean two things: write ${digits.replace(",", "")}, or ${digits.replace(",", ".")}`,
    );
  const wanted = typeof schema.unit === "string" ? schema.unit : undefined;
  if (unit !== "" && (wanted === undefined || !isUnit(unit, wanted))) {
    const has = wanted === undefined || unitText(wanted) === "" ? "has no unit" : `is in ${unitText(wanted)}`;
    throw new UsageError(`${name} ${has}, not in "${unit}": nobody converts units here`);
  }
  return Number(digits.replace(",", "."));
}

function readJson(text: string, schema: Schema, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const example = schema.type === "array" ? "'[1, 2]'" : `'{"x": 1}'`;
    throw new UsageError(`${name} takes JSON, such as ${example} (${schemaWords(schema)}), not "${text}"`, { cause });
  }
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

import { DeviceFaultError, MalformedReplyError, type TSchema, Type } from "benchd/driver";
import { numbersIn } from "./blocks.ts";
import type { ReadingSpec, ValueSpec } from "./config.ts";
import { booleanOf, numberOf, overload } from "./numbers.ts";

/**
 * A text that stays one parameter of one command: `;` and ends of lines are refused even in quotes, as not every
 * instrument heeds these.
 */
const harmless = "^[ -:<-~]*$";

/** The schema of what is told to the instrument. */
export function schemaOf({ type, unit, minimum, maximum, values = [] }: ValueSpec): TSchema {
  const limits = {
    ...(unit !== undefined && { unit }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
  };
  switch (type) {
    case "number":
      return Type.Number(limits);
    case "integer":
      return Type.Integer(limits);
    case "boolean":
      return Type.Boolean();
    case "enum":
      return Type.Enum([...values]);
    case "string":
      return Type.String({ maxLength: 200, pattern: harmless, expects: "printable ASCII without ;" });
  }
}

/** The schema of what the instrument tells. */
export function readingSchemaOf(spec: ReadingSpec): TSchema {
  const { type, nullable, unit } = spec;
  // What is read is as it is: limits are for those who set it.
  const { minimum, maximum, ...unlimited } = spec;
  const number = Type.Number(unit === undefined ? {} : { unit });
  if (type === "block") return Type.Array(nullable ? Type.Union([number, Type.Null()]) : number);
  if (type === "string") return Type.String();
  const schema = schemaOf({ ...unlimited, type });
  return nullable && (type === "number" || type === "integer") ? Type.Union([schema, Type.Null()]) : schema;
}

/** A value as it stands in a command: numbers in decimals, ON and OFF, words as they are, text in quotes (488.2, 7.7). */
export function encoded(value: unknown, { type }: ValueSpec): string {
  if (type === "boolean") return value ? "ON" : "OFF";
  return type === "string" ? `"${String(value).replaceAll('"', '""')}"` : String(value);
}

/** What a reply means; `overloaded` is told why a number is none. */
export function decoded(
  reply: string,
  spec: ReadingSpec,
  question: string,
  overloaded: (why: string) => void,
): unknown {
  const { type, values = [], nullable } = spec;
  const number = (value: number) => {
    const why = overload(value);
    if (why === undefined) return value;
    if (!nullable) throw new DeviceFaultError(`the instrument cannot tell ${question}: ${why}`);
    overloaded(why);
    return null;
  };
  if (type === "block") return numbersIn(reply, spec, question).map(number);
  if (type === "boolean") return booleanOf(reply, question);
  if (type === "string") return unquoted(reply);
  if (type === "enum") {
    const word = unquoted(reply).toUpperCase();
    const known = values.find((value) => value.toUpperCase() === word);
    if (known === undefined)
      throw new MalformedReplyError(`the instrument answers ${question} with ${word}, not with ${values.join(", ")}`);
    return known;
  }
  const value = number(numberOf(reply, question));
  if (type === "integer" && value !== null && !Number.isInteger(value))
    throw new MalformedReplyError(`the instrument answers ${question} with ${reply}, which is no whole number`);
  return value;
}

function unquoted(reply: string): string {
  const text = reply.trim();
  const [, double, single] = /^"(.*)"$|^'(.*)'$/s.exec(text) ?? [];
  return double?.replaceAll('""', '"') ?? single?.replaceAll("''", "'") ?? text;
}

import { InputError } from "../../errors.ts";
import type { TSchema } from "../../typebox.ts";

/** What is looked at of a schema: of what is simple enough to be typed. */
interface Words {
  readonly type?: unknown;
  readonly unit?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: unknown;
  readonly maximum?: unknown;
  readonly default?: unknown;
}

/** What somebody may type as an answer, in brackets, for behind the question. */
export function hintOf(schema: TSchema | null): string {
  if (schema === null) return "[Enter when it is done]";
  const { type, unit, enum: values, minimum, maximum, default: usual } = schema as Words;
  const sort = type === "boolean" ? "yes or no" : type === "object" || type === "array" ? "JSON" : `${type ?? "JSON"}`;
  const range = [minimum !== undefined && `from ${minimum}`, maximum !== undefined && `to ${maximum}`].filter(Boolean);
  const parts = [
    values ? values.join(" | ") : sort,
    ...(typeof unit === "string" ? [`in ${unit}`] : []),
    ...range,
    ...(usual === undefined ? [] : [`Enter for ${typeof usual === "string" ? usual : JSON.stringify(usual)}`]),
  ];
  return `[${parts.join(", ")}]`;
}

/** What a typed line says; whether it fits is for the gateway to judge. Throws `InputError` for what cannot be read. */
export function answerIn(line: string, schema: TSchema | null): unknown {
  const text = line.trim();
  if (schema === null) return null;
  const { type, enum: values = [], default: usual } = schema as Words;
  if (text === "" && usual !== undefined) return usual;
  if (type === "string" || values.includes(text)) return text;
  if (type === "boolean" && /^(y|yes|n|no)$/i.test(text)) return /^y/i.test(text);
  const isNumber = type === "number" || type === "integer";
  if (isNumber && /^-?[1-9]\d{0,2},\d{3}$/.test(text))
    throw new InputError(`"${text}" may mean two things: write ${text.replace(",", "")}, or ${text.replace(",", ".")}`);
  // As many people write it.
  const number = isNumber && /^-?\d+,\d+$/.test(text) ? text.replace(",", ".") : text;
  try {
    return JSON.parse(number) as unknown;
  } catch (cause) {
    const what = text === "" ? "an answer is needed" : `"${text}" cannot be read`;
    throw new InputError(`${what}: type ${hintOf(schema)}`, undefined, { cause });
  }
}

import type { Schema } from "../../bench/shapes.ts";
import { unitText } from "../unit-text.ts";
import { numberText } from "../value-text.ts";

/** Between which numbers one has to be, as a hint: `0.1 to 10 mL`, `more than 0 mL`; "" when any will do. */
export function limitsText({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, unit }: Schema): string {
  const with_ = (text: string) => (text === "" ? "" : `${text} ${unitText(unit)}`.trim());
  const least = minimum !== undefined && !(exclusiveMinimum !== undefined && exclusiveMinimum >= minimum);
  const most = maximum !== undefined && !(exclusiveMaximum !== undefined && exclusiveMaximum <= maximum);
  if (least && most) return with_(`${numberText(minimum)} to ${numberText(maximum)}`);
  const low = least ? `${numberText(minimum)} or more` : over("more than", exclusiveMinimum);
  const high = most ? `${numberText(maximum)} or less` : over("less than", exclusiveMaximum);
  return with_([low, high].filter(Boolean).join(", and "));
}

const over = (words: string, limit: number | undefined) => (limit === undefined ? "" : `${words} ${numberText(limit)}`);

/** What a field takes, in a few words; "" when there is nothing to say. */
export function hintOf(schema: Schema): string {
  const { type, multipleOf, minLength, maxLength, pattern, expects, format } = schema;
  const said: string[] = [];
  if (type === "number" || type === "integer") {
    said.push(limitsText(schema), type === "integer" ? "a whole number" : "");
    if (multipleOf !== undefined) said.push(`in steps of ${numberText(multipleOf)}`);
  } else if (type === "string") {
    if (expects !== undefined) said.push(expects);
    else if (pattern !== undefined) said.push(`of the form ${pattern.slice(0, 100)}`);
    if (format !== undefined) said.push(formats[format] ?? format);
    if (minLength !== undefined && minLength > 1) said.push(`${minLength} characters or more`);
    if (maxLength !== undefined) said.push(`${maxLength} characters at most`);
  }
  return said.filter(Boolean).join("; ");
}

const formats: Readonly<Record<string, string>> = {
  "date-time": "a time such as 2026-11-21T14:30:00Z",
  date: "a day such as 2026-11-21",
  time: "a time of day such as 14:30:00Z",
  uuid: "a UUID",
  email: "an e-mail address",
  uri: "an address such as https://…",
};

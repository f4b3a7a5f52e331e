import type { Issue } from "./errors.ts";

const types: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  object: "a group of settings",
  array: "a list",
  null: "nothing",
};

/** What a schema asks for: "must be at most 60". */
export function inPlainWords({ keyword, message, params }: Issue): string {
  const limit = params["limit"];
  if (keyword === "type") return `must be ${types[String(params["type"])] ?? params["type"]}`;
  if (keyword === "enum") return `must be one of ${(params["allowedValues"] as readonly unknown[]).join(", ")}`;
  if (keyword === "minimum") return `must be at least ${limit}`;
  if (keyword === "maximum") return `must be at most ${limit}`;
  if (keyword === "exclusiveMinimum") return `must be more than ${limit}`;
  if (keyword === "exclusiveMaximum") return `must be less than ${limit}`;
  return message;
}

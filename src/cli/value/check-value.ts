import type { Issue } from "../../errors.ts";
import { inPlainWords } from "../../in-plain-words.ts";
import { closed, validator } from "../../schema.ts";
import type { TSchema } from "../../typebox.ts";
import { UsageError } from "../usage.ts";
import { fieldAt, onlyWay, type Schema, unitOf } from "./schema.ts";
import { behind } from "./unit.ts";

const aboutLimits = new Set(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]);

/**
 * Hold a value against its schema before it is sent, defaults filled in. Throws a `UsageError` that names each field, its
 * limit and its unit. What cannot be judged here is left to the gateway.
 */
export function checkValue(value: unknown, schema: Schema, name?: string): void {
  const found = issuesOf(value, schema);
  if (found.length === 0) return;
  throw new UsageError(found.map((issue) => wordsOf(issue, schema, name)).join("; "));
}

function issuesOf(value: unknown, schema: Schema): readonly Issue[] {
  try {
    validator(closed(schema as TSchema)).parse(value, "it");
    return [];
  } catch (error) {
    return error instanceof Error && "issues" in error ? (error.issues as readonly Issue[]) : [];
  }
}

function wordsOf(issue: Issue, schema: Schema, name: string | undefined): string {
  const parts = issue.path.split("/").slice(1);
  const field = parts.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const at = [...(name === undefined ? [] : [name]), ...field].join(".") || "the input";
  if (issue.keyword === "required") return `${at} is missing`;
  if (issue.keyword === "additionalProperties") return `there is no ${at}`;
  const unit = aboutLimits.has(issue.keyword) ? unitOf(schemaAt(schema, field)) : undefined;
  return `${at} ${inPlainWords(issue)}${behind(unit)}`;
}

function schemaAt(schema: Schema, path: readonly string[]): Schema {
  let at = schema;
  for (const name of path) {
    const way = onlyWay(at) ?? at;
    at = fieldAt(way, name) ?? (/^\d+$/.test(name) && typeof way.items === "object" ? (way.items as Schema) : {});
  }
  return at;
}

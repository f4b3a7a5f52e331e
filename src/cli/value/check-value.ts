import type { Issue } from "../../errors.ts";
import { inPlainWords } from "../../in-plain-words.ts";
import { closed, validator } from "../../schema.ts";
import type { TSchema } from "../../typebox.ts";
import { UsageError } from "../usage.ts";
import { fieldAt, fieldsOf, onlyWay, type Schema, unitOf } from "./schema.ts";
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
    return validator(closed(schema as TSchema)).issues(withDefaults(value, schema));
  } catch {
    // A schema that we know nothing of: the gateway does.
    return [];
  }
}

/** As the gateway fills them in before it judges. */
function withDefaults(value: unknown, schema: Schema): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const fields = Object.entries(fieldsOf(onlyWay(schema) ?? schema));
  const usual = fields.filter(([name, { default: of }]) => of !== undefined && !Object.hasOwn(value, name));
  const given = Object.entries(value).map(([name, one]): [string, unknown] => {
    const field = fieldAt(schema, name);
    return [name, field ? withDefaults(one, field) : one];
  });
  return Object.fromEntries([...usual.map(([name, { default: of }]): [string, unknown] => [name, of]), ...given]);
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

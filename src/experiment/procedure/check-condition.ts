import type { Condition } from "../../condition.ts";
import { inPlainWords } from "../../in-plain-words.ts";
import { closed, validator } from "../../schema.ts";
import type { TSchema } from "../../typebox.ts";
import { checkUnit } from "./check-given.ts";
import type { Checking } from "./checking.ts";
import { meant } from "./mistakes.ts";
import type { Step } from "./procedure.ts";
import { typesAt } from "./schema-at.ts";

/** Whether a condition can hold at all. */
export function checkCondition(on: Checking, step: Step, condition: Condition): void {
  const { thing, property: name, comparison, value } = condition;
  const property = on.property(step, thing, name);
  if (!property) return;
  const what = `${thing}.${name}`;
  const { schema } = property;
  for (const { unit } of Object.values(step.parts ?? {}))
    if (unit !== undefined) checkUnit(on, step, "", unit, { what, schema });
  const never = comparison === "==" || comparison === "!=" ? unequal(schema, value) : outside(schema, condition);
  if (never !== undefined) on.note(step, "", `${what} ${never}`);
}

/** Why a value is never that, if that can be told. */
function unequal(schema: TSchema, value: Condition["value"]): string | undefined {
  const [issue] = validator(closed(schema)).issues(value);
  if (!issue) return undefined;
  const all = choicesIn(schema);
  const hint = typeof value === "string" ? meant(value, all) : "";
  const rule = all.length > 0 ? `is one of ${all.join(", ")}` : inPlainWords(issue);
  return `is never ${JSON.stringify(value)}: it ${rule}${hint}`;
}

/** The texts that a value may be, where they are listed. */
function choicesIn({ enum: words, anyOf }: { readonly enum?: unknown; readonly anyOf?: unknown }): readonly string[] {
  const listed = Array.isArray(words) ? words : Array.isArray(anyOf) ? anyOf.map((one) => (one as Node)["const"]) : [];
  return listed.every((one) => typeof one === "string") ? listed : [];
}

type Node = Readonly<Record<string, unknown>>;

function outside(schema: TSchema, { comparison, value }: Condition): string | undefined {
  const types = typesAt(schema, []);
  if (types && !types.has("number")) return `is no number: only == and != can be asked of it, not ${comparison}`;
  const { minimum, maximum } = schema as { readonly minimum?: unknown; readonly maximum?: unknown };
  const [least, most, limit] = [Number(minimum), Number(maximum), Number(value)];
  // What is not told is NaN, of which nothing is true.
  if (comparison === ">" ? limit >= most : comparison === ">=" && limit > most)
    return `is never ${comparison} ${limit}: it is at most ${most}`;
  if (comparison === "<" ? limit <= least : comparison === "<=" && limit < least)
    return `is never ${comparison} ${limit}: it is at least ${least}`;
  return undefined;
}

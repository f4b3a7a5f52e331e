import { type TSchema, Type } from "../../typebox.ts";
import type { Fields } from "./fields.ts";
import type { AskStep, Step } from "./procedure.ts";
import { readDuration } from "./read-condition.ts";
import { fitting } from "./read-parameters.ts";
import { readSchema } from "./read-schema.ts";
import { fillText, readGiven, type Scope } from "./reading.ts";
import { readAs, type StepReading } from "./step-reading.ts";
import { fillIn } from "./template.ts";
import { type Entry, told } from "./tree.ts";

const maxMessage = 2000;

/** What is answered where nothing is asked for but to be told when it is done. */
const confirmation = Type.Null();

export function readAsk({ entry, fields, scope, standing, outputs }: StepReading): Step | undefined {
  fields.only(["ask", "schema", "as", "timeout", "onTimeout"]);
  const { mistakes, budget } = scope.document;
  const text = fields.text(entry, "what is asked", maxMessage, true);
  // Only a part of a message is filled in as text; all of it has to become one.
  const filled = text === undefined ? undefined : fillText(text, entry.value.offset, scope).value;
  const asked = fields.get("schema");
  const schema = asked && readSchema(asked.value, { mistakes, step: scope.step, budget });
  const as = readAs(fields, scope, outputs);
  if (as !== undefined && !asked)
    fields.note(
      fields.get("as")?.offset ?? 0,
      `nothing is answered that could be called $${as}: say its schema, as in  schema: { type: number }`,
    );
  const timeout = fields.get("timeout");
  const timeoutMs = timeout && readDuration(timeout.value, scope, "timeout");
  const end = fields.get("onTimeout");
  if (end && !timeout) fields.note(end.offset, "onTimeout is for what has a timeout: say that too");
  const isWrong = asked !== undefined && schema === undefined;
  const onTimeout = end && !isWrong ? readEnd(end, { fields, scope, schema }) : "fail";
  if (text === undefined || isWrong || onTimeout === undefined) return undefined;
  const message = typeof filled === "string" ? filled : JSON.stringify(filled);
  return { kind: "ask", ...standing, message, schema, as, timeoutMs, onTimeout };
}

function readEnd(
  { value: tree }: Entry,
  { fields, scope, schema }: { readonly fields: Fields; readonly scope: Scope; readonly schema: TSchema | undefined },
): AskStep["onTimeout"] | undefined {
  if (tree.sort === "leaf" && tree.value === "fail") return "fail";
  const answer = tree.sort === "group" && tree.entries.size === 1 ? tree.entries.get("answer") : undefined;
  if (!answer) {
    fields.note(tree.offset, `onTimeout is  fail  or  { answer: … }, not ${told(tree)}`);
    return undefined;
  }
  const before = scope.document.mistakes.count;
  // What steps give is not known before, and cannot be held against the schema.
  const { value } = readGiven(answer.value, { ...scope, outputs: new Set() });
  if (scope.document.mistakes.count > before) return undefined;
  const fits = fitting(schema ?? confirmation, fillIn(value, new Map()), "the answer in place of nobody's");
  if (typeof fits !== "string") return { answer: fits.value };
  fields.note(answer.value.offset, fits);
  return undefined;
}

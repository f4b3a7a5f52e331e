import { InputError } from "../../errors.ts";
import { exampleOf } from "../../example.ts";
import type { Question } from "../../question.ts";
import { closed } from "../../schema.ts";
import { type TSchema, Value } from "../../typebox.ts";

/**
 * What a question is answered with where nobody sits: its own answer for that case, else its default, else a value that
 * fits. Throws an `InputError` where no guess fits.
 */
export function usualAnswer({
  message,
  schema,
  onTimeout,
}: Pick<Question, "message" | "schema" | "onTimeout">): unknown {
  if (typeof onTimeout === "object") return onTimeout.answer;
  if (schema === undefined) return null;
  const filled = defaultOf(schema);
  const answer = filled === undefined ? exampleOf(schema) : filled;
  if (answer !== undefined) return answer;
  throw new InputError(`nobody can guess an answer to "${message}": give its schema a default`);
}

/** Undefined where it has none, or only for a part of what is asked for. */
function defaultOf(schema: TSchema): unknown {
  const whole = closed(schema);
  const empty = "type" in whole && whole.type === "object" ? [undefined, {}] : [undefined];
  const filled = empty.map((nothing) => Value.Default(whole, nothing));
  return filled.find((value) => value !== undefined && Value.Check(whole, value));
}

import { DefinitionError, InputError } from "./errors.ts";
import type { Question } from "./question.ts";
import { assertSchema, closed, validator } from "./schema.ts";
import { costProblems } from "./schema-cost.ts";
import type { TSchema } from "./typebox.ts";

/** Nobody reads more at a bench; characters. */
const maxMessage = 2000;
/** Of a schema, as JSON; characters. */
const maxSchema = 16_384;
/** No timer of the system's takes more than 24 days. */
const maxTimeoutMs = 2e9;

/** A question that makes sense, and what may be answered. */
export interface PosedQuestion {
  readonly message: string;
  /** Undefined where one only says that it is done. */
  readonly schema: TSchema | undefined;
  readonly timeoutMs: number | undefined;
  /** What it goes on with when nobody has answered in time; undefined: then it fails. */
  readonly otherwise: { readonly answer: unknown } | undefined;
  /** The answer as the action gets it, with defaults filled in; throws `InputError`. */
  accept(given: unknown): unknown;
}

/** Throws a `DefinitionError` for what no one could answer: it is whoever asks that is wrong. */
export function pose({ message, schema, timeoutMs, onTimeout }: Question): PosedQuestion {
  const wrong = [
    ...messageProblems(message),
    ...schemaProblems(schema),
    ...timeoutProblems(timeoutMs),
    ...(onTimeout !== undefined && timeoutMs === undefined ? ["onTimeout needs a timeoutMs"] : []),
  ];
  refuse(wrong);
  const accept = acceptorOf(schema);
  const given = typeof onTimeout === "object" ? onTimeout : undefined;
  const otherwise = given && { answer: acceptOwn(accept, given.answer) };
  return { message, schema, timeoutMs, otherwise, accept };
}

function refuse(wrong: readonly string[]): void {
  if (wrong.length > 0) throw new DefinitionError(`this cannot be asked: ${wrong.join("; ")}`);
}

function* messageProblems(message: unknown): Iterable<string> {
  if (typeof message !== "string" || message.trim() === "") yield "a question has a message, in words";
  else if (message.length > maxMessage) yield `its message has more than ${maxMessage} characters`;
}

function* schemaProblems(schema: TSchema | undefined): Iterable<string> {
  if (schema === undefined) return;
  if (JSON.stringify(schema).length > maxSchema) {
    yield `its schema has more than ${maxSchema} characters`;
    return;
  }
  const costly = [...costProblems(schema)];
  for (const { at, message } of costly) yield `its schema${at}: ${message}`;
  // What costs time when it is judged does so when it is compiled.
  if (costly.length > 0) return;
  try {
    assertSchema(closed(schema));
  } catch (cause) {
    yield `its schema is none: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

function* timeoutProblems(timeoutMs: unknown): Iterable<string> {
  if (timeoutMs === undefined) return;
  if (typeof timeoutMs !== "number" || !(timeoutMs > 0 && timeoutMs <= maxTimeoutMs))
    yield `its timeoutMs is in milliseconds, more than 0 and ${maxTimeoutMs} at most`;
}

function acceptorOf(schema: TSchema | undefined): PosedQuestion["accept"] {
  if (schema) return (given) => validator(closed(schema)).parse(given, "the answer");
  return (given) => {
    if (given === undefined || given === null) return null;
    const issue = { path: "", keyword: "type", message: "must be null, or nothing at all", params: {}, value: given };
    throw new InputError("one only says that it is done: send no value, or null", [issue]);
  };
}

function acceptOwn(accept: PosedQuestion["accept"], answer: unknown): unknown {
  try {
    return accept(answer);
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    throw new DefinitionError(`this cannot be asked: of onTimeout, ${cause.message}`, { cause });
  }
}

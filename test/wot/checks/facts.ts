import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";
import type { Exchange } from "../dialogue/talk.ts";
import type { Schema } from "../td.ts";
import { type Answer, jsonOf, mediaType } from "../wire.ts";

const ajv = new Ajv({ strict: false, addUsedSchema: false });
formats.default(ajv);

/** By their text: the same ones come again with every run. */
const validators = new Map<string, ValidateFunction>();

/** What is wrong with a value, by a data schema of a Thing Description. */
export function misfit(schema: Schema | undefined, value: unknown): string | undefined {
  if (schema === undefined) return undefined;
  const text = JSON.stringify(schema);
  const validate = validators.get(text) ?? ajv.compile(schema);
  validators.set(text, validate);
  if (validate(value)) return undefined;
  return `${JSON.stringify(value)} does not fit its schema: ${ajv.errorsText(validate.errors)}`;
}

/** What is wrong with an answer that has to be a success with JSON in it. */
export function notJson(exchange: Exchange | undefined, status: number): string | undefined {
  if (!exchange) return "was not asked";
  const { answer } = exchange;
  if (answer.status !== status) return `${answer.status}, not ${status}: ${answer.body.slice(0, 120)}`;
  if (answer.headers["content-type"] !== "application/json")
    return `the content type ${answer.headers["content-type"]}`;
  return jsonOf(answer) === undefined ? `a body that is no JSON: ${answer.body.slice(0, 120)}` : undefined;
}

/** What is wrong with an answer that has to be a success with nothing in it. */
export function notEmpty(exchange: Exchange | undefined, status: number): string | undefined {
  if (!exchange) return "was not asked";
  const { answer } = exchange;
  if (answer.status !== status) return `${answer.status}, not ${status}: ${answer.body.slice(0, 120)}`;
  return answer.body === "" ? undefined : `a body: ${answer.body.slice(0, 120)}`;
}

const dateTime = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** A time as RFC 3339 wants it: with its zone. */
export const isDateTime = (value: unknown): boolean =>
  typeof value === "string" && dateTime.test(value) && !Number.isNaN(Date.parse(value));

/** What is wrong with an answer that tells of a failure. */
export function noProblem(answer: Answer): string | undefined {
  if (answer.body === "") return undefined;
  if (mediaType(answer) !== "application/problem+json") return `the content type ${answer.headers["content-type"]}`;
  return noProblemDetails(jsonOf(answer), answer.status);
}

/** Whether an object has the members of RFC 7807, of the right types; each of them may be left out. */
export function noProblemDetails(value: unknown, status?: number): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "no object";
  const problem = value as Readonly<Record<string, unknown>>;
  for (const member of ["type", "title", "detail", "instance"])
    if (problem[member] !== undefined && typeof problem[member] !== "string") return `a ${member} that is no string`;
  if (typeof problem["type"] === "string" && !URL.canParse(problem["type"], "http://base"))
    return "a type that is no URI";
  if (problem["title"] === undefined && problem["detail"] === undefined) return "neither title nor detail";
  if (problem["status"] !== undefined && typeof problem["status"] !== "number") return "a status that is no number";
  if (status !== undefined && problem["status"] !== undefined && problem["status"] !== status)
    return `the status ${problem["status"]} in an answer with ${status}`;
  return undefined;
}

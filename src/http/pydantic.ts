import type { Issue } from "../errors.ts";
import { weigh } from "../invocation/weigh.ts";
import { valueAt } from "../schema.ts";

/** One thing that is wrong with a request, as LabThings (by pydantic) tells it. */
export interface Detail {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  /** What was sent there, unless that is long. */
  readonly input?: unknown;
  readonly ctx?: Readonly<Record<string, unknown>>;
}

type Where = "body" | "query" | "path";
type Words = Pick<Detail, "type" | "msg" | "ctx">;

/** More would only repeat themselves. */
const maxDetails = 20;
/** Whoever has sent more knows it, and it would be told with each mistake in it; bytes in memory. */
const maxInput = 8192;

/** What is wrong with `value`, which stood at `where`. */
export function details(issues: readonly Issue[], value: unknown, where: Where): readonly Detail[] {
  return issues.slice(0, maxDetails).map((issue) => detail(issue, value, where));
}

export function detail(issue: Issue, whole: unknown, where: Where): Detail {
  if (issue.keyword === "json") return notJson(issue, where);
  const loc = [where, ...location(issue.path, whole)];
  // No body at all: the field that is missing is the body itself.
  if (issue.path === "" && whole === undefined) return { ...missing, loc, input: null };
  if (issue.keyword === "required") return { ...missing, loc, ...inputOf(valueAt(whole, parent(issue.path))) };
  const words = phrase[issue.keyword]?.(issue) ?? otherwise(issue);
  return { type: words.type, loc, msg: words.msg, ...inputOf(issue.value), ...(words.ctx && { ctx: words.ctx }) };
}

const inputOf = (input: unknown) => (weigh(input, maxInput) > maxInput ? {} : { input: input ?? null });

const missing: Words = { type: "missing", msg: "Field required" };
const otherwise = ({ message }: Issue): Words => ({
  type: "value_error",
  msg: `Value error, ${message}`,
  ctx: { error: message },
});

const notJson = ({ message, params }: Issue, where: Where): Detail => ({
  type: "json_invalid",
  loc: [where, Number(params["position"])],
  msg: "JSON decode error",
  input: {},
  ctx: { error: message },
});

const phrase: Readonly<Record<string, (issue: Issue) => Words>> = {
  additionalProperties: () => ({ type: "extra_forbidden", msg: "Extra inputs are not permitted" }),
  type: ({ params, value }) => wrongType(String(params["type"]), value),
  minimum: limit("greater_than_equal", "greater than or equal to", "ge"),
  maximum: limit("less_than_equal", "less than or equal to", "le"),
  exclusiveMinimum: limit("greater_than", "greater than", "gt"),
  exclusiveMaximum: limit("less_than", "less than", "lt"),
  multipleOf: ({ params: { multipleOf } }) => ({
    type: "multiple_of",
    msg: `Input should be a multiple of ${multipleOf}`,
    ctx: { multiple_of: multipleOf },
  }),
  minLength: ({ params }) => ({
    type: "string_too_short",
    msg: `String should have at least ${params["limit"]} characters`,
    ctx: { min_length: params["limit"] },
  }),
  maxLength: ({ params }) => ({
    type: "string_too_long",
    msg: `String should have at most ${params["limit"]} characters`,
    ctx: { max_length: params["limit"] },
  }),
  pattern: ({ message, params: { pattern } }) => ({
    type: "string_pattern_mismatch",
    // In the words of the schema, if it has some.
    msg: message.startsWith("must be ")
      ? message.replace("must", "String should")
      : `String should match pattern '${pattern}'`,
    ctx: { pattern },
  }),
  minItems: ({ params, value }) => ({
    type: "too_short",
    msg: `List should have at least ${params["limit"]} items`,
    ctx: { field_type: "List", min_length: params["limit"], actual_length: lengthOf(value) },
  }),
  maxItems: ({ params, value }) => ({
    type: "too_long",
    msg: `List should have at most ${params["limit"]} items`,
    ctx: { field_type: "List", max_length: params["limit"], actual_length: lengthOf(value) },
  }),
  enum: ({ params }) => oneOf(params["allowedValues"]),
  const: ({ params }) => oneOf([params["allowedValue"]]),
  blob: ({ message }) => ({ type: "value_error", msg: `Value error, ${message}`, ctx: { error: {} } }),
  format: (issue) =>
    issue.params["format"] === "uuid"
      ? { type: "uuid_parsing", msg: "Input should be a valid UUID", ctx: { error: "not a UUID" } }
      : otherwise(issue),
};

function limit(type: string, words: string, key: string): (issue: Issue) => Words {
  return ({ params }) => ({
    type,
    msg: `Input should be ${words} ${params["limit"]}`,
    ctx: { [key]: params["limit"] },
  });
}

function oneOf(allowed: unknown): Words {
  const expected = (Array.isArray(allowed) ? allowed : []).map((one) => JSON.stringify(one)).join(" or ");
  return { type: "literal_error", msg: `Input should be ${expected}`, ctx: { expected } };
}

/** Strings are told as strings that could not be parsed, as they are there, although here none would be. */
function wrongType(type: string, value: unknown): Words {
  const text = typeof value === "string";
  switch (type) {
    case "integer":
      if (text)
        return {
          type: "int_parsing",
          msg: "Input should be a valid integer, unable to parse string as an integer",
        };
      if (typeof value === "number")
        return {
          type: "int_from_float",
          msg: "Input should be a valid integer, got a number with a fractional part",
        };
      return { type: "int_type", msg: "Input should be a valid integer" };
    case "number":
      return text
        ? { type: "float_parsing", msg: "Input should be a valid number, unable to parse string as a number" }
        : { type: "float_type", msg: "Input should be a valid number" };
    case "string":
      return { type: "string_type", msg: "Input should be a valid string" };
    case "boolean":
      return { type: "bool_type", msg: "Input should be a valid boolean" };
    case "array":
      return { type: "list_type", msg: "Input should be a valid list" };
    case "null":
      return { type: "none_required", msg: "Input should be None" };
    default:
      return {
        type: "model_attributes_type",
        msg: "Input should be a valid dictionary or object to extract fields from",
      };
  }
}

const parent = (pointer: string) => pointer.slice(0, Math.max(0, pointer.lastIndexOf("/")));
const lengthOf = (value: unknown) => (Array.isArray(value) ? value.length : 0);

/** A JSON pointer as pydantic tells it: indices of lists are numbers. */
function location(pointer: string, whole: unknown): (string | number)[] {
  const parts = pointer.split("/").slice(1);
  let at = "";
  return parts.map((part) => {
    const inList = Array.isArray(valueAt(whole, at));
    at += `/${part}`;
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    return inList ? Number(name) : name;
  });
}

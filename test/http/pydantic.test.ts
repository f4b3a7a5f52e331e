import { type TSchema, Type } from "typebox";
import { describe, expect, it } from "vitest";
import { details } from "../../src/http/pydantic.ts";
import { closed, validator } from "../../src/schema.ts";

const told = (schema: TSchema, value: unknown) => details(validator(closed(schema)).issues(value), value, "body");
const echo = Type.Object({ number: Type.Integer(), text: Type.String() });

describe("the words of recorded answers", () => {
  it("tells a string where an integer belongs as one that cannot be parsed", () => {
    expect(told(Type.Integer(), "six")).toEqual([
      {
        type: "int_parsing",
        loc: ["body"],
        msg: "Input should be a valid integer, unable to parse string as an integer",
        input: "six",
      },
    ]);
  });

  it("tells a limit with the limit", () => {
    expect(told(Type.Integer({ minimum: 0 }), -1)).toEqual([
      {
        type: "greater_than_equal",
        loc: ["body"],
        msg: "Input should be greater than or equal to 0",
        input: -1,
        ctx: { ge: 0 },
      },
    ]);
  });

  it("tells a missing field with the object that misses it", () => {
    expect(told(echo, { number: 3 })).toEqual([
      { type: "missing", loc: ["body", "text"], msg: "Field required", input: { number: 3 } },
    ]);
  });

  it("tells a missing body as a missing field", () => {
    expect(told(echo, undefined)).toEqual([{ type: "missing", loc: ["body"], msg: "Field required", input: null }]);
  });

  it("tells every field that is wrong", () => {
    expect(told(echo, { number: "three", text: 4 }).map(({ type, loc }) => [type, loc])).toEqual([
      ["int_parsing", ["body", "number"]],
      ["string_type", ["body", "text"]],
    ]);
  });

  it("tells a field that nobody knows", () => {
    expect(told(echo, { number: 3, text: "a", other: 1 })).toEqual([
      { type: "extra_forbidden", loc: ["body", "other"], msg: "Extra inputs are not permitted", input: 1 },
    ]);
  });

  it("tells a scalar where an object belongs", () => {
    expect(told(Type.Object({}), 10)).toEqual([
      {
        type: "model_attributes_type",
        loc: ["body"],
        msg: "Input should be a valid dictionary or object to extract fields from",
        input: 10,
      },
    ]);
  });
});

it.each([
  [Type.Integer(), 1.5, "int_from_float"],
  [Type.Integer(), true, "int_type"],
  [Type.Number(), "x", "float_parsing"],
  [Type.Number(), null, "float_type"],
  [Type.Boolean(), "x", "bool_type"],
  [Type.Array(Type.Number()), 1, "list_type"],
  [Type.Null(), 1, "none_required"],
  [Type.Number({ maximum: 1 }), 2, "less_than_equal"],
  [Type.Number({ exclusiveMinimum: 1 }), 1, "greater_than"],
  [Type.Number({ exclusiveMaximum: 1 }), 1, "less_than"],
  [Type.Number({ multipleOf: 5 }), 1, "multiple_of"],
  [Type.String({ minLength: 2 }), "a", "string_too_short"],
  [Type.String({ maxLength: 2 }), "abc", "string_too_long"],
  [Type.String({ pattern: "^a" }), "b", "string_pattern_mismatch"],
  [Type.Array(Type.Number(), { minItems: 1 }), [], "too_short"],
  [Type.Array(Type.Number(), { maxItems: 1 }), [1, 2], "too_long"],
  [Type.Enum(["a", "b"]), "c", "literal_error"],
  [Type.Literal(1), 2, "literal_error"],
  [Type.String({ format: "uuid" }), "banana", "uuid_parsing"],
  [Type.Array(Type.Number(), { uniqueItems: true }), [1, 1], "value_error"],
])("%j refuses %j as %s", (schema, value, type) => {
  expect(told(schema, value)[0]).toMatchObject({ type, loc: ["body"], input: value });
});

it("counts the places of lists as numbers and unescapes names", () => {
  const schema = Type.Object({ "a/b": Type.Array(Type.Object({ "0": Type.Number() })) });
  expect(told(schema, { "a/b": [{ "0": 1 }, { "0": "x" }] })[0]?.loc).toEqual(["body", "a/b", 1, "0"]);
});

it("tells a pattern in the words of its schema, and as it is when it has none", () => {
  const words = Type.String({ pattern: "^[^;]*$", expects: "a text without ;" });
  expect(told(words, "a;b")[0]?.msg).toBe("String should be a text without ;");
  expect(told(Type.String({ pattern: "^a" }), "b")[0]?.msg).toBe("String should match pattern '^a'");
});

it("repeats what was sent, unless it is long, be it one text, many values or what is inside them", () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`key${n}`, n]));
  const needs = Type.Object({ a: Type.Null(), b: Type.Null() }, { additionalProperties: true });
  expect(told(needs, many(10)).map(({ input }) => input)).toEqual([many(10), many(10)]);
  for (const long of [many(1000), { c: ["x".repeat(5000)] }, { c: many(1000) }])
    expect(told(needs, long)).toEqual([
      { type: "missing", loc: ["body", "a"], msg: "Field required" },
      { type: "missing", loc: ["body", "b"], msg: "Field required" },
    ]);
  expect(told(Type.Number(), "x".repeat(5000))[0]).not.toHaveProperty("input");
});

import { describe, expect, it } from "vitest";
import { exampleOf } from "../src/example.ts";
import { closed } from "../src/schema.ts";
import { Type, Value } from "../src/typebox.ts";

describe("an example", () => {
  it("is the schema's own, if it has some that fit", () => {
    expect(exampleOf(Type.Number({ examples: [7, 8], default: 3 }))).toBe(7);
    expect(exampleOf(Type.Number({ maximum: 5, examples: [7, 4], default: 3 }))).toBe(4);
    expect(exampleOf(Type.Object({ x: Type.Number() }, { examples: [{ x: 12 }] }))).toEqual({ x: 12 });
  });

  it("is the default, if that fits", () => {
    expect(exampleOf(Type.String({ default: "as it is" }))).toBe("as it is");
    expect(exampleOf(Type.Integer({ minimum: 2, default: 0 }))).toBe(3);
  });

  it.each([
    ["a number", Type.Number()],
    ["a number above zero", Type.Number({ exclusiveMinimum: 0 })],
    ["a number within narrow limits", Type.Number({ minimum: 36.5, maximum: 36.9 })],
    ["a number within open limits", Type.Number({ exclusiveMinimum: 36.5, exclusiveMaximum: 36.6 })],
    ["a negative number", Type.Number({ maximum: -3 })],
    ["a multiple", Type.Integer({ minimum: 7, multipleOf: 5 })],
    ["a truth", Type.Boolean()],
    ["nothing", Type.Null()],
    ["a short text", Type.String({ maxLength: 2 })],
    ["a long text", Type.String({ minLength: 11 })],
    ["a time", Type.String({ format: "date-time" })],
    ["a UUID", Type.String({ format: "uuid" })],
    ["one of some", Type.Enum(["slow", "fast"])],
    ["a constant", Type.Literal("on")],
    ["a choice", Type.Union([Type.Object({ a: Type.Integer() }), Type.Null()])],
    ["a list", Type.Array(Type.Number({ minimum: 3 }), { minItems: 2 })],
    ["a list of nothing that can be guessed", Type.Array(Type.String({ pattern: "^[A-F]{9}$" }))],
    ["a tuple", Type.Tuple([Type.Integer(), Type.String()])],
    ["an object", Type.Object({ a: Type.Integer(), b: Type.Optional(Type.String()) })],
    [
      "an object that may have no two of its fields",
      Type.Object({ a: Type.Integer(), b: Type.Optional(Type.Integer()) }, { maxProperties: 1 }),
    ],
    ["a record", Type.Record(Type.String(), Type.Number())],
    ["anything", Type.Unknown()],
  ])("is composed of what the schema says: %s", (_, schema) => {
    const example = exampleOf(schema);
    expect(example).not.toBeUndefined();
    expect(Value.Check(closed(schema), example)).toBe(true);
  });

  it("has the fields that may be left out, too", () => {
    const schema = Type.Object({ a: Type.Integer(), b: Type.Optional(Type.Integer({ default: 5 })) });
    expect(exampleOf(schema)).toEqual({ a: 1, b: 5 });
  });

  it("is not given where none can be guessed", () => {
    expect(exampleOf(Type.String({ pattern: "^[A-F]{9}$" }))).toBeUndefined();
    expect(exampleOf(Type.Object({ a: Type.String({ pattern: "^[A-F]{9}$" }) }))).toBeUndefined();
  });
});

import { expect, it } from "vitest";
import { answerSchema, bodySchema } from "../../../src/http/openapi/schema-words.ts";
import { Type } from "../../../src/typebox.ts";

it("tells a unit as an extension, and in the description, which makers of clients hand on", () => {
  const schema = Type.Number({ minimum: 0, unit: "mL", description: "What is left" });
  expect(answerSchema(schema)).toEqual({
    type: "number",
    minimum: 0,
    "x-unit": "mL",
    description: "What is left. Unit: mL",
  });
});

it("tells a choice among constants as an enum with its type, and any other as it is", () => {
  const words = Type.Union([Type.Literal("on"), Type.Literal("off")]);
  expect(answerSchema(words)).toEqual({ type: "string", enum: ["on", "off"] });
  expect(answerSchema(Type.Enum(["on", 1]))).toEqual({ enum: ["on", 1] });
  expect(answerSchema(Type.Union([Type.Number(), Type.Null()]))).toEqual({
    anyOf: [{ type: "number" }, { type: "null" }],
  });
});

it("tells a tuple and a record as JSON Schema 2020-12 has them", () => {
  expect(answerSchema(Type.Tuple([Type.Integer(), Type.String()]))).toMatchObject({
    prefixItems: [{ type: "integer" }, { type: "string" }],
    items: false,
  });
  const record = answerSchema(Type.Record(Type.String(), Type.Number({ unit: "s" })));
  expect(record).toMatchObject({ type: "object", additionalProperties: { type: "number", "x-unit": "s" } });
  expect(record).not.toHaveProperty("patternProperties");
});

it("lets a client leave out what has a default, and nothing else", () => {
  const schema = Type.Object({ by: Type.Integer({ default: 1 }), to: Type.Integer() });
  expect(bodySchema(schema)).toMatchObject({ required: ["to"], additionalProperties: false });
  expect(answerSchema(schema)).toMatchObject({ required: ["by", "to"] });
  expect(bodySchema(Type.Object({ by: Type.Integer({ default: 1 }) }))).not.toHaveProperty("required");
});

it("takes names for names and data for data, whatever they are called", () => {
  const schema = Type.Object({ unit: Type.String(), $ref: Type.String() }, { default: { unit: "kg", anyOf: [] } });
  expect(bodySchema(schema)).toMatchObject({
    properties: { unit: { type: "string" }, $ref: { type: "string" } },
    default: { unit: "kg", anyOf: [] },
  });
});

it("leaves open what a driver refers to inside its own schema", () => {
  expect(answerSchema(Type.Array(Type.Unsafe({ $ref: "#/$defs/node" })))).toEqual({ type: "array", items: {} });
  expect(answerSchema(Type.Unsafe({ $ref: "#/components/schemas/Problem" }))).toEqual({
    $ref: "#/components/schemas/Problem",
  });
});

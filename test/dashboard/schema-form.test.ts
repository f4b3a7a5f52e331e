import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Schema } from "../../dashboard/bench/shapes.ts";
import { misfit, misfits } from "../../dashboard/parts/schema-form/check.ts";
import { type Draft, draftOf } from "../../dashboard/parts/schema-form/draft.ts";
import { kindOf } from "../../dashboard/parts/schema-form/kind.ts";
import { hintOf } from "../../dashboard/parts/schema-form/limits-text.ts";
import { readForm } from "../../dashboard/parts/schema-form/read.ts";
import { closed, validator } from "../../src/schema.ts";
import { dataSchema } from "../../src/thing/data-schema.ts";
import type { TSchema } from "../../src/typebox.ts";
import { fitting } from "./schemas.ts";

/** As a page is told of a schema. */
const told = (schema: Schema): Schema => dataSchema(schema as TSchema) as Schema;

function takes(schema: Schema, value: unknown): boolean {
  try {
    validator(closed(schema as TSchema)).parse(value, "it");
    return true;
  } catch {
    return false;
  }
}

const typed = (text: string): Partial<Draft> => ({ text, given: true });
const wrongOf = (schema: Schema, draft: Partial<Draft>) =>
  Object.fromEntries(readForm(schema, { ...draftOf(schema), ...draft }).wrong);

/** A form whose members are typed as told. */
function filled(schema: Schema, texts: Readonly<Record<string, string>>) {
  const draft = draftOf(schema);
  const kind = kindOf(schema);
  if (kind.kind !== "object") throw new TypeError("no object");
  const parts = kind.members.map(({ name }, n) => ({ ...(draft.parts[n] ?? draft), ...typed(texts[name] ?? "") }));
  return readForm(schema, { ...draft, parts });
}

describe("a form", () => {
  it("says again what it was given", () => {
    fc.assert(
      fc.property(fitting, ({ schema, value }) => {
        const { value: read, wrong } = readForm(told(schema), draftOf(told(schema), value));
        expect([...wrong]).toEqual([]);
        expect(read).toEqual(value);
      }),
      { numRuns: 150 },
    );
  });

  it("finds wrong what the gateway refuses, and nothing else", () => {
    fc.assert(
      fc.property(fitting, fitting, fc.jsonValue(), ({ schema, value }, other, anything) => {
        for (const one of [value, other.value, anything]) {
          const fits = takes(schema, one);
          expect([one, misfits(told(closed(schema as TSchema) as Schema), one).size === 0]).toEqual([one, fits]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("sends nothing that does not fit, whatever stands in it", () => {
    const text = fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String), fc.json());
    const node = { text, chosen: fc.integer({ min: -1, max: 3 }), given: fc.boolean() };
    const leaf = fc.record({ ...node, parts: fc.constant([]) });
    const draft = fc.letrec<{ draft: Draft }>((tie) => ({
      draft: fc.oneof({ maxDepth: 2 }, leaf, fc.record({ ...node, parts: fc.array(tie("draft"), { maxLength: 4 }) })),
    })).draft;
    fc.assert(
      fc.property(fitting, draft, ({ schema }, one) => {
        const { value, wrong } = readForm(told(schema), one);
        if (wrong.size === 0) expect([value, takes(schema, value)]).toEqual([value, true]);
      }),
      { numRuns: 60 },
    );
  });

  it("says of each field what is wrong, with its unit", () => {
    const schema: Schema = {
      type: "object",
      required: ["volume", "strokes", "note"],
      properties: {
        volume: { type: "number", minimum: 0.1, maximum: 10, unit: "mL" },
        strokes: { type: "integer", multipleOf: 2, unit: "1" },
        note: { type: "string", minLength: 1, maxLength: 5 },
        rate: { type: "number", exclusiveMinimum: 0, unit: "mL/min" },
      },
    };
    expect(Object.fromEntries(filled(schema, { volume: "11", strokes: "3", note: "" }).wrong)).toEqual({
      "/volume": "has to be 0.1 to 10 mL",
      "/strokes": "has to be a multiple of 2",
      "/note": "is needed",
    });
    expect(Object.fromEntries(filled(schema, { volume: "", strokes: "2.5", note: "longer", rate: "0" }).wrong)).toEqual(
      {
        "/volume": "is needed",
        "/strokes": "has to be a whole number",
        "/note": "may have 5 characters at most, and has 6",
        "/rate": "has to be more than 0 mL/min",
      },
    );
    expect(filled(schema, { volume: "0,5", strokes: "4", note: "a" })).toEqual({
      ...{ value: { volume: 0.5, strokes: 4, note: "a" }, wrong: new Map() },
    });
  });

  it("says what is too much, and holds no long text against a pattern, as the gateway does not", () => {
    const list = { type: "array", items: { type: "integer" } } as const;
    expect(misfit({ ...list, maxItems: 2 }, [1, 2])).toBeUndefined();
    expect(misfit({ ...list, maxItems: 2 }, [1, 2, 3])).toBe("may have 2 at most");
    expect(misfit({ type: "array", items: [{ type: "integer" }] }, [1, 2])).toBe("may have 1 at most");
    expect(misfit({ type: "number", exclusiveMaximum: 5, unit: "mL" }, 5)).toMatch(/^has to be .*5 mL$/);
    expect(misfit({ type: "number", exclusiveMaximum: 5 }, 4.999)).toBeUndefined();
    const letters = { type: "string", pattern: "^a*$" } as const;
    expect(misfit(letters, "b".repeat(4096))).toBe("has to be of the form ^a*$");
    expect(misfit(letters, "b".repeat(4097))).toBeUndefined();
  });

  it("fills in defaults, and leaves out what is empty and has one", () => {
    const schema: Schema = { type: "object", required: ["by"], properties: { by: { type: "integer", default: 1 } } };
    expect(readForm(schema, draftOf(schema)).value).toEqual({ by: 1 });
    expect(filled(schema, { by: "" })).toEqual({ value: {}, wrong: new Map() });
  });

  it("has a field for each name that may stand beside the known ones", () => {
    const schema: Schema = {
      ...{ type: "object", properties: { stop: { type: "boolean", default: false } }, required: ["stop"] },
      ...{ additionalProperties: { type: "integer", unit: "{step}" }, propertyNames: { enum: ["x", "y", "stop"] } },
    };
    expect(kindOf(schema)).toMatchObject({ kind: "object", members: [{ name: "stop" }, { name: "x" }, { name: "y" }] });
    expect(filled(schema, { x: "-50" }).value).toEqual({ x: -50, stop: false });
  });

  it("is a text of JSON for what it cannot draw, which is checked as far as it is known", () => {
    const schema: Schema = { type: "object", properties: {}, additionalProperties: { type: "integer" } };
    expect(kindOf(schema).kind).toBe("json");
    expect(wrongOf(schema, typed('{"a": 1.5}'))).toEqual({ "/a": "has to be a whole number" });
    expect(wrongOf(schema, typed("{"))).toEqual({ "": expect.stringMatching(/^is no JSON/) });
    expect(readForm(schema, { ...draftOf(schema), ...typed('{"a": 1}') }).value).toEqual({ a: 1 });
    const deep = [1, 2, 3, 4, 5, 6, 7].reduce<Schema>((of) => ({ type: "array", items: of }), { type: "number" });
    expect(kindOf(deep).kind).toBe("json");
  });

  it("asks for one of two choices instead of taking one for granted", () => {
    expect(wrongOf({ type: "boolean" }, {})).toEqual({ "": "is needed: choose one" });
    expect(readForm({ type: "boolean" }, draftOf({ type: "boolean" }), false)).toEqual({
      ...{ value: undefined, wrong: new Map() },
    });
  });

  it("bears a schema that makes no sense", () => {
    for (const schema of [
      { type: "string", pattern: "(" },
      { enum: [] },
      { oneOf: [] },
      { type: "array" },
      {},
    ] as Schema[])
      expect(() => readForm(schema, { ...draftOf(schema), ...typed("x") })).not.toThrow();
  });
});

it("a hint tells limits with their unit, and a pattern in its own words", () => {
  expect(hintOf({ type: "number", minimum: 0.1, maximum: 10, unit: "uL/min" })).toBe("0.1 to 10 µL/min");
  expect(hintOf({ type: "number", exclusiveMinimum: 0, maximum: 3, unit: "A" })).toBe("more than 0, and 3 or less A");
  expect(hintOf({ type: "integer", minimum: 2, unit: "1" })).toBe("2 or more; a whole number");
  expect(hintOf({ type: "string", pattern: "^[ -~]*$", expects: "printable ASCII", maxLength: 20 })).toBe(
    "printable ASCII; 20 characters at most",
  );
  expect(hintOf({ type: "string" })).toBe("");
});

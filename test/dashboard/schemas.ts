import fc from "fast-check";
import type { Schema } from "../../dashboard/bench/shapes.ts";

/** A schema, and a value that fits it. */
export interface Fitting {
  readonly schema: Schema;
  readonly value: unknown;
}

const few = fc.integer({ min: -20, max: 20 });

const number: fc.Arbitrary<Fitting> = fc
  .record({ value: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), below: few, above: few })
  .map(({ value, below, above }) => ({
    schema: { type: "number", minimum: value - Math.abs(below), maximum: value + Math.abs(above), unit: "mL" },
    value: value === 0 ? 0 : value,
  }));

const integer: fc.Arbitrary<Fitting> = fc
  .record({ n: few, step: fc.integer({ min: 1, max: 5 }) })
  .map(({ n, step }) => ({
    schema: { type: "integer", multipleOf: step, exclusiveMinimum: n * step - 1, exclusiveMaximum: n * step + 7 },
    value: n * step === 0 ? 0 : n * step,
  }));

const text: fc.Arbitrary<Fitting> = fc
  .record({ value: fc.stringMatching(/^[a-z]{1,6}$/), more: fc.nat(3) })
  .map(({ value, more }) => ({
    schema: { type: "string", minLength: 1, maxLength: value.length + more, pattern: "^[a-z]+$" },
    value,
  }));

const flag: fc.Arbitrary<Fitting> = fc.boolean().map((value) => ({ schema: { type: "boolean" }, value }));

const choice: fc.Arbitrary<Fitting> = fc
  .record({
    words: fc.uniqueArray(fc.oneof(fc.string(), few, fc.boolean()), { minLength: 1, maxLength: 5 }),
    n: fc.nat(),
  })
  .map(({ words, n }) => ({ schema: { enum: words }, value: words[n % words.length] }));

/** Names that would be in the way of the unwary. */
const name = fc.constantFrom("volume", "rate", "a/b", "x~y", "default", "properties", "enum");

/** Schemas of what forms are drawn for, with values. */
export const fitting = fc.letrec<{ any: Fitting; object: Fitting; list: Fitting; tuple: Fitting; either: Fitting }>(
  (tie) => ({
    any: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      ...[number, integer, text, flag, choice],
      ...[tie("object"), tie("list"), tie("tuple"), tie("either")],
    ),
    object: fc
      .dictionary(name, fc.record({ of: tie("any"), optional: fc.boolean(), given: fc.boolean() }), { maxKeys: 4 })
      .map((members) => {
        const all = Object.entries(members);
        return {
          schema: {
            type: "object",
            properties: Object.fromEntries(all.map(([key, { of }]) => [key, of.schema])),
            required: all.filter(([, { optional }]) => !optional).map(([key]) => key),
          } satisfies Schema,
          value: Object.fromEntries(
            all.filter(([, { optional, given }]) => given || !optional).map(([key, { of }]) => [key, of.value]),
          ),
        };
      }),
    list: fc.record({ of: tie("any"), times: fc.nat(3) }).map(({ of, times }) => ({
      schema: { type: "array", items: of.schema, minItems: Math.max(0, times - 1), maxItems: times + 1 },
      value: Array.from({ length: times }, () => of.value),
    })),
    tuple: fc.array(tie("any"), { minLength: 1, maxLength: 3 }).map((all) => ({
      schema: { type: "array", items: all.map(({ schema }) => schema), minItems: all.length, additionalItems: false },
      value: all.map(({ value }) => value),
    })),
    either: tie("any").map(({ schema, value }) => ({ schema: { anyOf: [{ type: "null" }, schema] }, value })),
  }),
).any;

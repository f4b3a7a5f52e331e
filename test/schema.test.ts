import { Type } from "typebox";
import { expect, test } from "vitest";
import { InputError } from "../src/errors.ts";
import { closed, validator, valueAt } from "../src/schema.ts";

const Dose = closed(
  Type.Object({
    mass: Type.Number({ minimum: 0, unit: "g" }),
    tolerance: Type.Number({ default: 0.1 }),
    place: Type.Optional(Type.Object({ x: Type.Integer() })),
  }),
);

test("defaults are filled in and the given value is left as it was", () => {
  const given = { mass: 2 };
  expect(validator(Dose).parse(given, "the input")).toEqual({ mass: 2, tolerance: 0.1 });
  expect(given).toEqual({ mass: 2 });
});

test("each wrong field is told once, by its own path, with what it is", () => {
  const issues = validator(Dose).issues({ tolerance: "0.1", other: 1, place: { x: 1.5, y: 2 } });
  expect(issues.map(({ path, keyword, value }) => [path, keyword, value])).toEqual(
    expect.arrayContaining([
      ["/mass", "required", undefined],
      ["/other", "additionalProperties", 1],
      ["/tolerance", "type", "0.1"],
      ["/place/x", "type", 1.5],
      ["/place/y", "additionalProperties", 2],
    ]),
  );
  expect(issues).toHaveLength(5);
});

test("a value that does not fit is refused with every field in the message", () => {
  const parse = () => validator(Dose).parse({ mass: -1, spin: true }, "the input of dose");
  expect(parse).toThrow(InputError);
  expect(parse).toThrow(/the input of dose.*\/mass.*\/spin|the input of dose.*\/spin.*\/mass/);
});

test("an object that says itself that it is open stays open", () => {
  const open = closed(Type.Object({ a: Type.Number() }, { additionalProperties: true }));
  expect(validator(open).issues({ a: 1, b: 2 })).toEqual([]);
});

test("a field called default or const is closed like any other", () => {
  const schema = closed(Type.Object({ default: Type.Object({ x: Type.Number() }) }));
  expect(
    validator(schema)
      .issues({ default: { x: 1, y: 1 } })
      .map(({ path }) => path),
  ).toEqual(["/default/y"]);
});

test("a pointer reaches own properties only", () => {
  expect(valueAt({ "a/b": { "~": [1, 2] } }, "/a~1b/~0/1")).toBe(2);
  expect(valueAt({}, "/constructor")).toBeUndefined();
});

test("not a number and infinity fit no schema", () => {
  expect(validator(Type.Number()).issues(Number.NaN)).toHaveLength(1);
  expect(validator(Type.Number()).issues(Number.POSITIVE_INFINITY)).toHaveLength(1);
});

test("a flood of unknown fields is told in a bounded number of issues, and is never taken for sound", () => {
  const flood = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`x${n}`, n]));
  const issues = validator(Dose).issues({ mass: 1, ...flood });
  expect(issues.length).toBeGreaterThan(0);
  expect(issues.length).toBeLessThanOrEqual(21);
});

test("a pattern is told in the words of its schema", () => {
  const Text = Type.Object({
    text: Type.String({ pattern: "^[^;]*$", expects: "a text without ;" }),
    other: Type.String({ pattern: "^a" }),
  });
  const issues = validator(Text).issues({ text: "a;b", other: "b" });
  expect(issues.map(({ path, message }) => [path, message])).toEqual([
    ["/text", "must be a text without ;"],
    ["/other", expect.stringContaining("pattern")],
  ]);
});

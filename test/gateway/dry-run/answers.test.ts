import { expect, test } from "vitest";
import { usualAnswer } from "../../../src/gateway/dry-run/answers.ts";
import { Type } from "../../../src/typebox.ts";

const message = "How much?";

test.each([
  ["nothing where one only says that it is done", {}, null],
  ["what the question itself goes on with", { schema: Type.Number(), onTimeout: { answer: 3 } }, 3],
  ["its default", { schema: Type.Number({ minimum: 20, default: 50 }) }, 50],
  ["the defaults of its fields", { schema: Type.Object({ mass: Type.Number({ default: 2 }) }) }, { mass: 2 }],
  ["a value that fits, where only some fields have one", { schema: partly() }, { mass: 2, of: "text" }],
  ["what its author gave as an example", { schema: Type.String({ pattern: "^L\\d$", examples: ["L7"] }) }, "L7"],
])("where nobody sits, the answer is %s", (_, question, answer) => {
  expect(usualAnswer({ message, ...question })).toEqual(answer);
});

test("a default that does not fit is no answer", () => {
  expect(usualAnswer({ message, schema: Type.Number({ minimum: 20, default: 1 }) })).toBe(21);
});

test("where no guess fits, it says what to do", () => {
  const schema = Type.String({ pattern: "^LOT-[0-9]{7}$" });
  expect(() => usualAnswer({ message, schema })).toThrow('"How much?": give its schema a default');
});

function partly() {
  return Type.Object({ mass: Type.Number({ default: 2 }), of: Type.String() });
}

import fc from "fast-check";
import { expect, test } from "vitest";
import { readProcedure } from "../../../src/experiment/procedure/read.ts";
import { fillIn, fillInText } from "../../../src/experiment/procedure/template.ts";
import { anyText, expectSound, untouched } from "./any-document.ts";

test("whatever is sent is read, or refused with mistakes that have a place", () => {
  expectSound(untouched);
  expect(readProcedure({ text: untouched, file: "file" }).steps).toHaveLength(8);
  fc.assert(fc.property(anyText, expectSound), { numRuns: 60 });
});

/** JSON of any sort, whose texts look like the language's. */
const texts = fc.array(fc.constantFrom("$", "$$", `\${a}`, "$p", "$dose", " for 1 s", '"', "'", "x", " ", "="), {
  maxLength: 6,
});
const text = texts.map((all) => all.join(""));
const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    tie("list"),
    tie("group"),
  ),
  list: fc.array(tie("value"), { maxLength: 3 }),
  group: fc.dictionary(fc.stringMatching(/^[a-z$]{1,5}$/), tie("value"), { maxKeys: 3 }),
})).value;

test("what a parameter holds comes out as it went in, and is never read as a part of the language", () => {
  const parameters = "parameters: { p: { default: 0 }, s: { type: string, default: x } }";
  const steps = "steps: [{ invoke: a.b, input: { whole: $p, part: 'is $s$$.' } }, { ask: 'of $s' }]";
  fc.assert(
    fc.property(anyValue, text, (value, words) => {
      const given = { p: value, s: words };
      const read = readProcedure({ text: `title: t\n${parameters}\n${steps}`, file: "f", parameters: given });
      const [invoke, ask] = read.steps as unknown as readonly [
        { readonly input: unknown },
        { readonly message: string },
      ];
      expect(fillIn(invoke.input, new Map())).toEqual({ whole: value, part: `is ${words}$.` });
      expect(fillInText(ask.message, new Map())).toBe(`of ${words}`);
    }),
    { numRuns: 50 },
  );
});

test("a text that is compared with is that text, whatever stands in it", () => {
  const document =
    "title: t\nparameters: { s: { type: string, default: x } }\nsteps: [{ waitUntil: a.b == $s for 5 s, timeout: 1 s }]";
  fc.assert(
    fc.property(fc.oneof(text, fc.string()), (words) => {
      const { steps } = readProcedure({ text: document, file: "f", parameters: { s: words } });
      expect(steps).toMatchObject([{ condition: { comparison: "==", value: words, forMs: 5000 } }]);
    }),
    { numRuns: 50 },
  );
});

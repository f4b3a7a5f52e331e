import { expect, test } from "vitest";
import { readProcedure } from "../../../src/experiment/procedure/read.ts";
import { ProcedureError } from "../../../src/experiment-errors.ts";

function mistakesIn(text: string, parameters?: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    readProcedure({ text, file: "p", parameters });
    return [];
  } catch (error) {
    if (!(error instanceof ProcedureError)) throw error;
    return error.mistakes.map(({ step, message }) => `${step}: ${message}`);
  }
}
const withSteps = (steps: string) => `title: t\nsteps:\n${steps}`;
const withParameters = (parameters: string, step = "wait: 1 s") =>
  `${withSteps(`  - ${step}`)}\nparameters: ${parameters}`;
const nested = (depth: number) =>
  withSteps(`  - ${"{ repeat: { times: 2, steps: [".repeat(depth - 1)}wait: 1 s${"] } }".repeat(depth - 1)}`);
const branches = (count: number) => `{ ${Array.from({ length: count }, (_, i) => `b${i}: [wait: 1 s]`).join(", ")} }`;
const many = (count: number, one: (i: number) => string) =>
  `{ ${Array.from({ length: count }, (_, i) => one(i)).join(", ")} }`;

test.each([
  ["1000 steps", withSteps("  - wait: 1 s\n".repeat(1000))],
  ["10 levels", nested(10)],
  ["32 branches", withSteps(`  - parallel: ${branches(32)}`)],
  ["100 parameters", withParameters(many(100, (i) => `p${i}: { default: 1 }`))],
  ["20 levels of input", withSteps(`  - { invoke: a.b, input: ${"[".repeat(20)}${"]".repeat(20)} }`)],
])("%s are no mistake", (_, text) => {
  expect(mistakesIn(text)).toEqual([]);
});

test.each([
  ["more than 256 KiB", `title: t\n# ${"é".repeat(140_000)}`, ": it has more than 256 KiB: is this a procedure?"],
  ["half characters", "title: t\ud800", ": it has halves of characters in it: save it as UTF-8"],
  ["too many words", "a: b\n".repeat(20_000), ": it says more than 60000 words: cut it into several procedures"],
  ["many brackets", "[".repeat(101), ": it is nested deeper than 100 levels: is this a procedure?"],
  ["many dashes", "- ".repeat(150), ": it is nested deeper than 100 levels: is this a procedure?"],
  ["nothing", "", ": it is empty: begin with `title:`, and `steps:`"],
  ["no group", "- wait: 1 s", ": a procedure begins with  title:  and  steps:, not with a list"],
  [
    "two documents",
    `${withSteps("  - wait: 1 s")}\n---\na: b`,
    ": the file holds one procedure: remove the --- line and what follows it",
  ],
  [
    "another YAML",
    `%YAML 1.1\n---\n${withSteps("  - wait: 1 s")}`,
    ": leave out the line %YAML: a procedure is YAML 1.2",
  ],
  [
    "1001 steps",
    withSteps("  - wait: 1 s\n".repeat(1001)),
    ": a procedure has 1000 steps at most: repeat what comes again",
  ],
  [
    "11 levels",
    nested(11),
    `steps[0]${".repeat[0]".repeat(9)}: steps stand inside of one another 10 levels deep at most`,
  ],
  [
    "33 branches",
    withSteps(`  - parallel: ${branches(33)}`),
    "steps[0]: a parallel step has 32 branches at most, not 33",
  ],
  [
    "branches in branches",
    withSteps(`  - parallel: { a: [parallel: ${branches(30)}], b: [parallel: ${branches(3)}] }`),
    ": 32 branches may go on at the same time altogether, not 33",
  ],
  [
    "101 parameters",
    withParameters(many(101, (i) => `p${i}: { default: 1 }`)),
    ": a procedure has 100 parameters at most, not 101",
  ],
  [
    "21 levels of input",
    withSteps(`  - { invoke: a.b, input: ${"[".repeat(21)}${"]".repeat(21)} }`),
    "steps[0]: what a step gives is nested 20 levels deep at most",
  ],
  ["a long name", withSteps(`  - ${"a".repeat(101)}: 1`), ": a name has 100 characters at most"],
  [
    "a long message",
    withSteps(`  - ask: ${"a".repeat(2001)}`),
    "steps[0]: what is asked has 2000 characters at most, not 2001",
  ],
])("%s is refused", (_, text, mistake) => {
  expect(mistakesIn(text)).toEqual([mistake]);
});

test.each([
  ["{ p: 5 }", ": 5 is no schema: say { type: number }, or another JSON Schema"],
  ["{ p: { type: number } }", ": the parameter p has no default: with one the procedure can be checked as it is"],
  ["{ p: { type: number, default: x } }", ': the default of p must be a number, not "x"'],
  [
    "{ p: { type: numbr, default: 1 } }",
    ': type is one of string, number, integer, boolean, null, object, array; did you mean "number"?',
  ],
  ["{ p: { minimun: 1, default: 1 } }", ': "minimun" is no word of the schemas here; did you mean "minimum"?'],
  ["{ p: { $ref: '#', default: 1 } }", ': "$ref" is no word of the schemas here; they know'],
  ["{ p: { pattern: '(a+)+$', default: a } }", ': the pattern "(a+)+$" may take for ever on some texts'],
  ["{ p: { pattern: '(', default: a } }", ': "(" is no regular expression'],
  ["{ p: { unit: celsius, default: 1 } }", ': the unit "celsius" is not in UCUM'],
  ["{ p: { minimum: 5, maximum: 1, default: 3 } }", ": minimum is above maximum: nothing can be both"],
  ["{ p: { uniqueItems: true, default: [] } }", ": what has uniqueItems says maxItems too"],
  ["{ a-b: { default: 1 } }", ': "a-b" cannot be a parameter: letters, digits and _, at most 64'],
  ["[p]", ": parameters are schemas by name"],
  [`{ p: { anyOf: [${"{},".repeat(21)}], default: 1 } }`, ": anyOf has 20 schemas at most"],
  [`{ p: { enum: [${"1,".repeat(1001)}], default: 1 } }`, ": enum has 1000 values at most: take a text"],
  [`{ p: ${"{ items: ".repeat(10)}{}${" }".repeat(10)} }`, ": a schema is nested 8 levels deep at most"],
])("the parameters %s are told to be wrong", (parameters, mistake) => {
  expect(mistakesIn(withParameters(parameters))[0]).toContain(mistake);
});

test("parameters that blow a small document up are refused", () => {
  const input = `[${"$p, ".repeat(2000)}]`;
  const text = withParameters("{ p: { type: array, default: [] } }", `{ invoke: a.b, input: { x: ${input} } }`);
  expect(mistakesIn(text)).toEqual([]);
  const large = { p: Array.from({ length: 1000 }, () => "long") };
  expect(mistakesIn(text, large)).toEqual([
    "steps[0]: with its parameters filled in the procedure is larger than 1 MiB",
  ]);
});

const give = (name: string) => `{ ask: a, schema: { type: number }, as: ${name} }`;
const use = (name: string) => `{ set: a.b, to: $${name} }`;

test.each([
  [`[${give("x")}, ${use("x")}]`, []],
  [`[${use("x")}, ${give("x")}]`, ["steps[0]"]],
  [`[repeat: { times: 2, steps: [${give("x")}] }, ${use("x")}]`, []],
  [`[parallel: { a: [${give("x")}], b: [wait: 1 s] }, ${use("x")}]`, []],
  [`[parallel: { a: [${give("x")}], b: [${use("x")}] }]`, ["steps[0].b[0]"]],
  [`[parallel: { a: [${give("x")}], b: [${give("x")}] }]`, ["steps[0]"]],
  [`[{ try: [${give("x")}], onFailure: [wait: 1 s] }, ${use("x")}]`, ["steps[1]"]],
  [`[{ try: [${give("x")}], onFailure: [${give("x")}] }, ${use("x")}]`, []],
  [`[{ try: [${give("x")}], onFailure: [${use("x")}] }]`, ["steps[0].onFailure[0]"]],
  [`[${give("x")}, { waitUntil: a.b > $x, timeout: 1 s }]`, ["steps[1]"]],
  [`[${give("x")}, wait: $x]`, ["steps[1]"]],
])("a name is known where it must have been given: %s", (steps, wrong) => {
  const found = mistakesIn(`title: t\nsteps: ${steps}`);
  expect(found.map((one) => one.split(":")[0])).toEqual(wrong);
});

test("what steps give is not known in what is done on failure, nor may it be called as a parameter is", () => {
  expect(mistakesIn(`title: t\nsteps: [${give("x")}]\nonFailure: [${use("x")}]`)).toHaveLength(1);
  expect(mistakesIn(withParameters("{ x: { default: 1 } }", give("x")))).toEqual([
    "steps[0]: $x is a parameter already: call this something else",
  ]);
});

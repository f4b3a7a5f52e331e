import { expect, test } from "vitest";
import { readProcedure } from "../../../src/experiment/procedure/read.ts";
import { ProcedureError } from "../../../src/experiment-errors.ts";

const whole = `title: Titration
description: Until the indicator turns
parameters:
  limit: { type: number, minimum: 0, maximum: 14, default: 8.2, unit: "[pH]" }
  rate: { type: number, default: 5, unit: mL/min }
  hold: { type: number, default: 5, unit: s }
steps:
  - record: { name: titration, properties: [ph.ph, balance.mass], every: 2 s }
  - invoke: pump.dispense
    input: { volume: 0.5, rate: $rate }
    as: dose
    timeout: 2 min
  - ask: Is it \${dose.volume}mL, for $$5?
    schema: { type: number }
    as: mass
    timeout: 10 min
    onTimeout: { answer: 1.5 }
  - set: heater.setpoint
    to: $mass
  - wait: $hold
  - waitUntil: ph.ph >= $limit for $hold s
    timeout: 10 min
  - repeat: { until: ph.ph >= $limit, atMost: 100, steps: [wait: 1 s] }
  - parallel: { heat: [wait: 1 s], mix: [wait: 2 s] }
  - try: [wait: 1 s]
    onFailure: [wait: 2 s]
  - stopRecording: titration
onFailure:
  - wait: 1 min
`;

/** The mistakes in a document, as `line:column step: message`. */
function mistakesIn(text: string, parameters?: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    readProcedure({ text, file: "p.yaml", parameters });
    return [];
  } catch (error) {
    if (!(error instanceof ProcedureError)) throw error;
    return error.mistakes.map(({ at, step, message }) => `${at.replace("p.yaml:", "")} ${step}: ${message}`);
  }
}

/** The mistakes in these steps, which begin in the second line. */
const inSteps = (...lines: readonly string[]) => mistakesIn(["title: t", "steps:", ...lines].join("\n"));

test("every step there is comes out with its path, its place, and its parameters filled in", () => {
  const read = readProcedure({ text: whole, file: "titration.yaml", parameters: { limit: 7 } });
  expect(read).toMatchObject({
    title: "Titration",
    file: "titration.yaml",
    parameters: { limit: 7, rate: 5, hold: 5 },
  });
  const reading = { thing: "ph", property: "ph", comparison: ">=", value: 7 };
  const unit = { "": { place: { line: 21, column: 16 }, unit: "[pH]" } };
  expect(read.steps).toMatchObject([
    { kind: "record", path: "steps[0]", place: { line: 8, column: 5 }, name: "titration", everyMs: 2000 },
    {
      ...{ kind: "invoke", path: "steps[1]", thing: "pump", action: "dispense", as: "dose", timeoutMs: 120_000 },
      input: { volume: 0.5, rate: 5 },
      parts: { "/rate": { place: { line: 10, column: 33 }, unit: "mL/min" } },
    },
    {
      ...{ kind: "ask", message: `Is it \${dose.volume}mL, for $$5?`, as: "mass", timeoutMs: 600_000 },
      ...{ schema: { type: "number" }, onTimeout: { answer: 1.5 } },
    },
    { kind: "set", thing: "heater", property: "setpoint", to: "$mass" },
    { kind: "wait", forMs: 5000 },
    { kind: "waitUntil", condition: { ...reading, forMs: 5000 }, parts: unit, timeoutMs: 600_000 },
    { kind: "repeat", until: reading, atMost: 100, steps: [{ path: "steps[6].repeat[0]", forMs: 1000 }] },
    { kind: "parallel", branches: { heat: [{ path: "steps[7].heat[0]" }], mix: [{ path: "steps[7].mix[0]" }] } },
    { kind: "try", steps: [{ path: "steps[8].try[0]" }], onFailure: [{ path: "steps[8].onFailure[0]" }] },
    { kind: "stopRecording", name: "titration" },
  ]);
  expect(read.onFailure).toMatchObject([{ kind: "wait", path: "onFailure[0]", forMs: 60_000 }]);
});

test("JSON is read as YAML is, with tabs too", () => {
  const text = '{\n\t"title": "t\\u00b5",\n\t"steps": [\n\t\t{"wait": "1 s"}\n\t]\n}\n';
  expect(readProcedure({ text, file: "p.json" })).toMatchObject({ title: "tµ", steps: [{ place: { line: 4 } }] });
});

const misfit =
  "this does not fit together: indent it as its neighbours are, and put a text that has `: ` in it into quotes";

test.each([
  ["  - invok: pump.dispense", '3:5 steps[0]: "invok" is nothing to do; did you mean "invoke"?'],
  ["  - wait: 10", "3:11 steps[0]: wait is a duration with its unit, such as 500 ms, 10 s, 5 min, 2 h or 30 d, not 10"],
  ["  - wait: 0 s", '3:11 steps[0]: wait, "0 s", takes no time: say how long'],
  ["  - wait: 30 d", '3:11 steps[0]: wait, "30 d", is at most 23 d'],
  ["  - { invoke: pump.a, inptu: 1 }", '3:23 steps[0]: an invoke step has no "inptu"; did you mean "input"?'],
  [
    "  - { invoke: pump.a, wait: 1 s }",
    "3:23 steps[0]: a step does one thing, invoke or wait: begin another with a dash",
  ],
  [
    "  - waitUntil: ph.ph > 8",
    "3:5 steps[0]: a waitUntil step needs timeout: say timeout: 10 min, as nothing waits for ever",
  ],
  [
    "  - record: { name: a, properties: [ph.ph], everyMs: 2000 }",
    "3:45 steps[0]: a recording has no everyMs in a document: say every, with a unit, as in  every: 2 s",
  ],
  ["  - set: heater.setpoint", "3:5 steps[0]: a set step needs to: say to: 37"],
  [
    "  - { set: heater.setpoint, to: $x }",
    '3:33 steps[0]: nothing is called "$x": it is no parameter, and no step before has given it by `as:`',
  ],
  ["  - ask: costs $5", '3:10 steps[0]: in "costs $5" a $ begins no name: write $$ for a dollar'],
  [
    "  - { ask: ready?, as: ok }",
    "3:20 steps[0]: nothing is answered that could be called $ok: say its schema, as in  schema: { type: number }",
  ],
  [
    "  - repeat: { until: ph.ph > 8, steps: [wait: 1 s] }",
    "3:13 steps[0]: a repeat step needs atMost: say atMost: 100, as nothing goes on for ever",
  ],
  ["  - parallel: { a: [{ invok: 1 }] }", '3:21 steps[0].a[0]: "invok" is nothing to do; did you mean "invoke"?'],
  ["  - { invoke: a.b, input: { x: &a 1 } }", "3:35 : a procedure has no anchor (&): spell out what is meant"],
  ["  - { invoke: a.b, input: { x: *a } }", "3:32 : a procedure has no alias (*): spell out what is meant"],
  ["  - { invoke: a.b, input: !!set { x } }", "3:33 : a procedure has no tag (!…): spell out what is meant"],
  [
    "  - { invoke: a.b, input: { x: 1, x: 2 } }",
    "3:35 : this key is already there above, and the same key cannot stand twice: remove one",
  ],
  ["  - { invoke: a.b, input: { __proto__: 1 } }", "3:29 : nothing can be called __proto__: choose another name"],
  ["  - { invoke: a.b, input: { x: .inf } }", "3:32 : .inf is no number to go by"],
  ["  - { invoke: a.b, input: { x: 1e999 } }", "3:32 : 1e999 is no number to go by"],
  [
    "  - { invoke: a.b, input: { x: 12345678901234567890 } }",
    "3:32 : a whole number has 15 digits at most: put a longer row of digits into quotes",
  ],
  [
    "  - { repeat: { until: ph.ph => $limit, atMost: 2, steps: [wait: 1 s] } }",
    '3:24 steps[0]: "ph.ph => $limit" is no condition: say a condition such as `ph.ph >= 8.2`, or `heater.temperature > 80 for 30 s`',
  ],
  ["  - ask: Is this: a text?", `3:10 : ${misfit}`],
  ["  - invoke: pump.prime\n - invoke: pump.prime\n  - wait: 1 s\n  - wait: 1 s", `4:1 : ${misfit}`],
  [
    "  - invoke: pump.prime\n\t- wait: 1 s\n  - wait: 1 s",
    "4:1 : YAML is indented with spaces, never with tabs: replace the tab by two spaces",
  ],
])("%s is told to be wrong, where and in which step", (line, mistake) => {
  expect(inSteps(line)).toEqual([mistake]);
});

test("a branch whose name is refused is no part of the place of what is below it", () => {
  expect(inSteps("  - parallel: { $ b: [{ try: [{ invok: 1 }], onFailure: [wait: 1 s] }] }")).toEqual([
    expect.stringContaining('steps[0]: "$ b" cannot be the name of a branch'),
    expect.stringContaining("steps[0].parallel[0].try[0]: "),
  ]);
});

import { expect, test } from "vitest";
import { checkProcedure } from "../../../src/experiment/procedure/check.ts";
import { readProcedure } from "../../../src/experiment/procedure/read.ts";
import { defineThing } from "../../../src/thing/define.ts";
import { Type } from "../../../src/typebox.ts";

const open = async () => ({});
const none = Type.Object({});
const pump = defineThing({
  title: "Pump",
  config: none,
  properties: {
    state: { title: "State", schema: Type.Enum(["idle", "pumping"]), readOnly: true },
    rate: { title: "Rate", schema: Type.Number({ minimum: 0, maximum: 60, unit: "mL/min" }) },
    label: { title: "Label", schema: Type.String({ maxLength: 10 }) },
  },
  actions: {
    dispense: {
      title: "Dispense",
      input: Type.Object({
        volume: Type.Number({ exclusiveMinimum: 0, unit: "mL" }),
        note: Type.Optional(Type.String()),
      }),
      output: Type.Object({ volume: Type.Number({ unit: "mL" }), marks: Type.Array(Type.Number()) }),
    },
    prime: { title: "Prime" },
  },
  open,
} as never);
const ph = defineThing({
  title: "pH meter",
  config: none,
  properties: {
    ph: { title: "pH", schema: Type.Number({ maximum: 14, unit: "[pH]" }), readOnly: true, observable: true },
  },
  open,
} as never);
const bench = new Map([
  ["pump", { definition: pump }],
  ["ph", { definition: ph }],
]);

/** What is wrong with these steps on the bench, as `line:column step: message`; the first stands in line 3. */
function mistakesIn(steps: string, rest = ""): readonly string[] {
  const text = `title: t\nsteps:\n${steps}\n${rest}`;
  return checkProcedure(readProcedure({ text, file: "p.yaml" }), bench).map(
    ({ at, step, message }) => `${at.replace("p.yaml:", "")} ${step}: ${message}`,
  );
}

test("what fits the bench has no mistakes, whatever is only known when it runs", () => {
  const steps = [
    "- record: { name: r, properties: [ph.ph, pump.rate], every: 1 s }",
    "- { invoke: pump.dispense, input: { volume: $v }, as: dose }",
    "- { invoke: pump.dispense, input: { volume: $dose.volume, note: it was $dose.volume mL } }",
    "- { invoke: pump.dispense, input: { volume: $dose.marks.0 } }",
    "- { ask: How much?, schema: { type: number }, as: much }",
    "- { set: pump.rate, to: $much }",
    "- { set: pump.label, to: $$5 }",
    "- { waitUntil: pump.state == idle, timeout: 1 s }",
    "- { waitUntil: ph.ph >= $limit for 5 s, timeout: 1 min }",
    "- { invoke: pump.prime }",
    "- stopRecording: r",
  ];
  const parameters =
    'parameters: { limit: { type: number, default: 8, unit: "[pH]" }, v: { type: number, default: 1, unit: ml } }';
  expect(mistakesIn(steps.join("\n"), parameters)).toEqual([]);
});

test.each([
  ["- invoke: pumpe.prime", '3:11 steps[0]: there is no Thing "pumpe"; did you mean "pump"?'],
  ["- invoke: pump.pime", '3:11 steps[0]: pump has no action "pime"; did you mean "prime"?'],
  ["- invoke: pump.rate", "3:11 steps[0]: rate is a property: say  set: pump.rate, or wait until it is something"],
  ["- invoke: ph.calibrate", '3:11 steps[0]: ph has no action "calibrate": it has none'],
  ["- { set: pump.prime, to: 1 }", "3:10 steps[0]: prime is an action: say  invoke: pump.prime"],
  ["- { set: ph.ph, to: 1 }", "3:10 steps[0]: ph.ph is read-only: nobody can set it"],
  ["- { set: pump.rate, to: 61 }", "3:25 steps[0]: pump.rate must be at most 60, not 61"],
  ["- { set: pump.rate, to: fast }", '3:25 steps[0]: pump.rate must be a number, not "fast"'],
  [
    "- { invoke: pump.dispense, input: { volum: 1, volume: 1 } }",
    '3:44 steps[0]: the input of pump.dispense has no "volum"; did you mean "volume"?',
  ],
  ["- { invoke: pump.dispense, input: {} }", '3:35 steps[0]: the input of pump.dispense needs "volume": add it'],
  ["- { invoke: pump.dispense }", "3:13 steps[0]: the input of pump.dispense is missing"],
  ["- { invoke: pump.prime, input: { a: 1 } }", '3:37 steps[0]: the input of pump.prime has no "a": it takes nothing'],
  ["- { invoke: pump.prime, as: x }", "3:13 steps[0]: pump.prime gives nothing that could be called $x: leave out as"],
  [
    "- { waitUntil: pump.state == idel, timeout: 1 s }",
    '3:16 steps[0]: pump.state is never "idel": it is one of idle, pumping; did you mean "idle"?',
  ],
  [
    "- { waitUntil: pump.state > 5, timeout: 1 s }",
    "3:16 steps[0]: pump.state is no number: only == and != can be asked of it, not >",
  ],
  ["- { waitUntil: ph.ph > 14, timeout: 1 s }", "3:16 steps[0]: ph.ph is never > 14: it is at most 14"],
  ["- { waitUntil: pump.rate < 0, timeout: 1 s }", "3:16 steps[0]: pump.rate is never < 0: it is at least 0"],
  [
    "- record: { name: r, properties: [ph.pH], every: 1 s }",
    '3:35 steps[0]: ph has no property "pH"; did you mean "ph"?',
  ],
  [
    "- record: { name: r, properties: [pump.rate], onChange: true }",
    "3:35 steps[0]: nobody is told when pump.rate changes: record it every so often, every: 2 s",
  ],
  ["- stopRecording: r", "3:3 steps[0]: no step before records r: begin it with  record:"],
])("%s cannot be run on this bench, and it is told why", (step, mistake) => {
  expect(mistakesIn(step)).toEqual([mistake]);
});

/** What comes after a step that gives `$dose`, in line 4. */
const afterDose = (step: string, rest?: string) =>
  mistakesIn(`- { invoke: pump.dispense, input: { volume: 1 }, as: dose }\n${step}`, rest);

test.each([
  ["- { set: pump.rate, to: $dose.volum }", '4:25 steps[1]: $dose has no "volum"; did you mean "volume"?'],
  ["- { set: pump.rate, to: $dose.volume.mL }", '4:25 steps[1]: $dose.volume has no "mL": it has no parts'],
  ["- { ask: Is it $dose.volum? }", '4:3 steps[1]: $dose has no "volum"; did you mean "volume"?'],
  ["- { set: pump.label, to: $dose.volume }", "4:26 steps[1]: pump.label must be a text, and $dose.volume is a number"],
  [
    "- { set: pump.rate, to: about $dose.volume }",
    '4:25 steps[1]: pump.rate must be a number, not "about $dose.volume"',
  ],
  [
    "- { set: pump.rate, to: $dose.volume }",
    "4:25 steps[1]: pump.rate is in mL/min, and $dose.volume in mL: give it in mL/min",
  ],
])("what a step gives is held against what it is given to: %s", (step, mistake) => {
  expect(afterDose(step)).toEqual([mistake]);
});

test("a parameter in another unit than what it is given to is a mistake, as nobody converts it", () => {
  const parameters = "parameters: { a: { type: number, default: 1, unit: uL } }";
  const input = mistakesIn("- { invoke: pump.dispense, input: { volume: $a } }", parameters);
  expect(input).toEqual([
    "3:45 steps[0]: volume in the input of pump.dispense is in mL, and the parameter in uL: give it in mL",
  ]);
  const condition = mistakesIn("- { waitUntil: ph.ph > $a, timeout: 1 s }", parameters);
  expect(condition).toEqual(["3:16 steps[0]: ph.ph is in [pH], and the parameter in uL: give it in [pH]"]);
});

const record = "{ record: { name: r, properties: [ph.ph], every: 1 s } }";
const stop = "{ stopRecording: r }";

test.each([
  [`- ${record}\n- ${stop}\n- ${record}`, []],
  [`- ${record}\n- ${record}`, ["4:3 steps[1]: r is being recorded already"]],
  [`- repeat: { times: 2, steps: [${record}, ${stop}] }`, []],
  [`- repeat: { times: 2, steps: [${record}] }`, ["3:3 steps[0]: each round would begin r again"]],
  [`- parallel: { a: [${record}], b: [${record}] }`, ["3:3 steps[0]: a and b both record r"]],
  [`- ${record}\n- parallel: { a: [${stop}], b: [wait: 1 s] }\n- ${record}`, []],
  [`- try: [${record}]\n  onFailure: [${stop}]\n- ${record}`, []],
  [`- ${record}\n- try: [wait: 1 s]\n  onFailure: [wait: 1 s]\n- ${record}`, ["6:3 steps[2]: r is being"]],
  [`- ${record}\n- stopRecording: rr`, ['4:3 steps[1]: no step before records rr; did you mean "r"?']],
])("a recording is begun once and stopped after that: %s", (steps, mistakes) => {
  expect(mistakesIn(steps)).toEqual(mistakes.map((one) => expect.stringContaining(one)));
});

test("what has failed may have been recording, or not", () => {
  expect(mistakesIn(`- ${record}`, `onFailure: [${stop}]`)).toEqual([]);
});

test("no more than fifty mistakes are told", () => {
  expect(mistakesIn("- invoke: pumpe.prime\n".repeat(60))).toHaveLength(50);
});

import fc from "fast-check";
import { expect } from "vitest";
import { checkProcedure } from "../../../src/experiment/procedure/check.ts";
import type { Procedure } from "../../../src/experiment/procedure/procedure.ts";
import { readProcedure } from "../../../src/experiment/procedure/read.ts";
import { ProcedureError } from "../../../src/experiment-errors.ts";
import { defineThing } from "../../../src/thing/define.ts";
import { Type } from "../../../src/typebox.ts";

const pump = defineThing({
  title: "Pump",
  config: Type.Object({}),
  properties: { rate: { title: "Rate", schema: Type.Number({ minimum: 0, unit: "mL/min" }), observable: true } },
  actions: {
    dispense: {
      title: "Dispense",
      input: Type.Object({ volume: Type.Number({ unit: "mL" }) }),
      output: Type.Object({ volume: Type.Number({ unit: "mL" }) }),
    },
  },
  open: async () => ({}),
} as never);
const bench = new Map([["pump", { definition: pump }]]);

const seed = `title: t
parameters:
  v: { type: number, default: 1, unit: mL, maximum: 5 }
  hold: { type: string, default: 5 s }
steps:
  - record: { name: r, properties: [pump.rate], every: 1 s }
  - invoke: pump.dispense
    input: { volume: $v }
    as: dose
    timeout: 1 min
  - ask: "How much of \${dose.volume}mL, for $$5?"
    schema: { type: number, minimum: 0 }
    as: much
    timeout: 1 h
    onTimeout: { answer: 1 }
  - { set: pump.rate, to: $much }
  - { waitUntil: pump.rate >= $v for $hold, timeout: 2 min }
  - repeat: { until: pump.rate == 0, atMost: 3, steps: [wait: 1 s] }
  - parallel: { a: [wait: 1 s], b: [{ try: [wait: 1 s], onFailure: [wait: 2 s] }] }
  - stopRecording: r
onFailure: [wait: 1 s]
`;

const pieces = [
  ...["$", "$$", "${", "}", "[", "]", "{", "}", ":", ": ", "- ", "&a", "*a", "!!binary", "|", ">", "#", "'", '"', "?"],
  ...["\n", "\t", "  ", ",", "%YAML 1.1\n", "---\n", "...\n", "__proto__", "constructor", "toString", ".inf", "1e999"],
  ...[
    "-0",
    "0x1f",
    "999999999999999999999",
    "null",
    "\u0000",
    "\u2028",
    "\ud800",
    "\ufeff",
    "é",
    "steps",
    "wait",
    "for",
  ],
  ...["$v", "$v.v", "$dose", "$nothing", "pump.rate", "pump.stop", " for 1 s", "5 s", "<<"],
];

/** A document that was right, after a few slips; or anything at all. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: slipped() },
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((all) => all.join("")),
);

function slipped(): fc.Arbitrary<string> {
  const slip = fc.record({
    at: fc.nat(seed.length),
    cut: fc.oneof(fc.constant(0), fc.nat(12)),
    put: fc.oneof(fc.constant(""), fc.constantFrom(...pieces)),
  });
  return fc.array(slip, { minLength: 1, maxLength: 4 }).map((slips) => slips.reduce(apply, seed));
}

const apply = (text: string, { at, cut, put }: { readonly at: number; readonly cut: number; readonly put: string }) =>
  text.slice(0, at) + put + text.slice(at + cut);

/** Throws unless a text is read, and checked, or refused as a person can make something of. */
export function expectSound(text: string): void {
  const read = readOrRefused(text);
  const mistakes = read instanceof ProcedureError ? read.mistakes : checkProcedure(read, bench);
  if (read instanceof ProcedureError) expect(mistakes.length).toBeGreaterThan(0);
  expect(mistakes.length).toBeLessThanOrEqual(50);
  for (const { at, step, message } of mistakes) {
    expect(at).toMatch(/^file:[1-9]\d*:[1-9]\d*$/);
    expect(step).toMatch(/^((steps|onFailure)\[\d+\](\.\w+\[\d+\])*)?$/);
    expect(message.length).toBeGreaterThan(5);
    expect(message.length).toBeLessThanOrEqual(501);
  }
}

function readOrRefused(text: string): Procedure | ProcedureError {
  try {
    return readProcedure({ text, file: "file" });
  } catch (error) {
    // Anything else is a mistake of ours.
    if (error instanceof ProcedureError) return error;
    throw error;
  }
}

export const untouched = seed;

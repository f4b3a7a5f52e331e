import { expect, it } from "vitest";
import { unitProblem } from "../../../src/thing/ucum/parse.ts";
import { suggestedUnit } from "../../../src/thing/ucum/suggest.ts";

it.each([
  ["°C", "Cel"],
  ["degC", "Cel"],
  ["µL/min", "uL/min"],
  ["μm", "um"],
  ["ML/Min", "ML/min"],
  ["cc/min", "mL/min"],
  ["ml/sec", "ml/s"],
  ["mL / min", "mL/min"],
  ["mL per min", "mL/min"],
  ["mL/minute", "mL/min"],
  ["rpm", "{rotation}/min"],
  ["Ω", "Ohm"],
  ["ohm", "Ohm"],
  ["hz", "Hz"],
  ["psi", "[psi]"],
  ["mmHg", "mm[Hg]"],
  ["ppm", "[ppm]"],
  ["m^2", "m2"],
  ["m²", "m2"],
  ["s⁻¹", "s-1"],
  ["kg·m", "kg.m"],
  ["N m", "N.m"],
  ["steps/s", "{step}/s"],
  ["percent", "%"],
  ["degF", "[degF]"],
] as const)("for %s it may be %s that is meant", (written, meant) => {
  expect(unitProblem(written)).toBeDefined();
  expect(suggestedUnit(written)).toBe(meant);
  expect(unitProblem(meant)).toBeUndefined();
});

it.each(["", "furlong", "???", "Cel/min", "(", "xyz/min"])("nothing comes to mind for %j", (written) => {
  expect(suggestedUnit(written)).toBeUndefined();
});

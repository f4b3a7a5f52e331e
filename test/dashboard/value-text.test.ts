import { expect, it } from "vitest";
import type { Prompt } from "../../dashboard/bench/shapes.ts";
import { leftMs } from "../../dashboard/parts/prompt-time.ts";
import { remainingMs, roughly } from "../../dashboard/parts/remaining.ts";
import { unitText } from "../../dashboard/parts/unit-text.ts";
import { valueText } from "../../dashboard/parts/value-text.ts";

it("units are written as people write them", () => {
  const units = { Cel: "°C", "uL/min": "µL/min", "{step}": "steps", "[pH]": "pH", "1": "", kOhm: "kΩ", "/min": "/min" };
  for (const [ucum, text] of Object.entries({ ...units, "m/s2": "m/s²", "uS/cm": "µS/cm", "mm[Hg]": "mmHg", "%": "%" }))
    expect([ucum, unitText(ucum)]).toEqual([ucum, text]);
});

it("values are told with their units, as they are, and never at any length", () => {
  expect(valueText(0.1 + 0.2, { unit: "mL" })).toBe("0.3 mL");
  expect([1 / 3, 0.07403216493, 12.3456789, 1234567890.125].map((one) => valueText(one))).toEqual([
    ...["0.3333333", "0.07403216", "12.3456789", "1234567890.13"],
  ]);
  expect(valueText(1e-9, { oneOf: [{ type: "number", unit: "A" }, { type: "null" }] })).toBe("1e-9 A");
  expect(valueText(null, { oneOf: [{ type: "number", unit: "A" }, { type: "null" }] })).toBe("none");
  expect(valueText({ x: 1, on: true }, { properties: { x: { unit: "{step}" } } })).toBe("x 1 steps, on yes");
  expect(valueText([], {})).toBe("none");
  expect(valueText(Array.from({ length: 4096 }, () => 7))).toMatch(/^7, 7.* … \(4096 in all\)$/);
  expect(valueText("x".repeat(1_000_000)).length).toBeLessThan(500);
  const deep = JSON.parse(`${"[".repeat(60)}${"]".repeat(60)}`);
  expect(valueText(deep)).toBe("…");
});

it("what is left is told from how it went so far, and not when nobody can know", () => {
  expect(remainingMs(25, 10_000, 10_000)).toBe(30_000);
  for (const [progress, elapsed] of [
    [null, 10_000],
    [0, 10_000],
    [1, 10_000],
    [50, 200],
    [100, 10_000],
    [Number.NaN, 10_000],
  ] as const)
    expect(remainingMs(progress, elapsed, elapsed)).toBeUndefined();
  expect([roughly(12_345), roughly(61_000), roughly(301_000)]).toEqual([13_000, 65_000, 330_000]);
});

it("what is left becomes less until progress is told again, and is not known when that takes too long", () => {
  const after = (ms: number) => remainingMs(25, 10_000, 10_000 + ms);
  expect([0, 1000, 29_000, 30_000, 90_000].map(after)).toEqual([30_000, 29_000, 1000, undefined, undefined]);
});

it("the time to answer counts down as the gateway has told it, faster where simulated time is", () => {
  const prompt = { leftMs: 60_000 } as Prompt;
  expect([0, 20_000, 90_000].map((ms) => leftMs(prompt, 5000 + ms, 1))).toEqual([60_000, 40_000, 0]);
  const fast = { leftMs: 60_000 } as Prompt;
  expect([0, 4000].map((ms) => leftMs(fast, ms, 10))).toEqual([6000, 2000]);
  expect(leftMs({ leftMs: null } as Prompt, 0, 1)).toBeUndefined();
});

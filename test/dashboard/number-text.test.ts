import fc from "fast-check";
import { expect, it } from "vitest";
import { numberIn } from "../../dashboard/parts/schema-form/number-text.ts";

it("a number is read as it is written, with a point or where it is clear with a comma", () => {
  const right = {
    "1.5": 1.5,
    " 0,5 ": 0.5,
    "-1,25": -1.25,
    "−3": -3,
    "1e-3": 0.001,
    "1,5e3": 1500,
    ".5": 0.5,
    "1.500": 1.5,
  };
  for (const [text, value] of Object.entries(right)) expect([text, numberIn(text)]).toEqual([text, value]);
  expect(numberIn("1,5000")).toBe(1.5);
  expect(numberIn("0,500")).toBe(0.5);
});

it("what may mean two numbers is asked for again, and so is what is none", () => {
  expect(numberIn("1,500")).toEqual({ problem: "may mean 1500 or 1.500: write one of these" });
  expect(numberIn("1,500,000")).toEqual({ problem: "is not clear: write 1500000, without separators" });
  for (const text of ["", "x", "1.5 mL", "1.2.3", "1.000,5", "1,000.5", "0x10", "Infinity", "NaN", "1_000", "--1"])
    expect([text, numberIn(text)]).toEqual([text, { problem: expect.stringMatching(/^is no number/) }]);
  expect(numberIn("1e999")).toEqual({ problem: "is too large" });
  expect(numberIn("9007199254740993")).toEqual({ problem: expect.stringMatching(/more digits/) });
});

it("every number is read as what it was", () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => Math.abs(n) < 2 ** 53),
      (n) => {
        expect(numberIn(String(n))).toBe(n === 0 ? 0 : n);
      },
    ),
  );
});

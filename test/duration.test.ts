import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "../src/duration.ts";

test.each([
  ["500 ms", 500],
  ["10 s", 10_000],
  ["10s", 10_000],
  ["1.5 h", 5_400_000],
  ["1 h 30 min", 5_400_000],
  ["30 d", 2_592_000_000],
])("%s is %d ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([["10"], [10], [""], ["-5 s"], ["5 sec"], ["s"], ["5 s 3"], ["1e3 s"], [null], [undefined], ["10 s!"]])(
  "%j is refused, with what to say instead",
  (text) => {
    expect(() => parseDuration(text)).toThrow(/is no duration: say a duration with its unit, such as/);
  },
);

test.each([
  [400, "400 ms"],
  [2500, "2.5 s"],
  [59_999, "60 s"],
  [90_000, "1 min 30 s"],
  [5_400_000, "1 h 30 min"],
  [86_400_000, "1 d"],
  [90_061_000, "1 d 1 h"],
])("%d ms are told as %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test("what is told can be read again, and is as long but for what two units cannot say", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000_000 }), (ms) => {
      const again = parseDuration(formatDuration(ms));
      expect(Math.abs(again - ms)).toBeLessThanOrEqual(Math.max(50, 0.05 * ms));
    }),
  );
});

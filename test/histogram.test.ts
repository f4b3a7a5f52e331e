import { expect, test } from "vitest";
import { Histogram } from "../src/histogram.ts";

test("a value counts in the place of the first bound that it does not exceed, what exceeds all in the last", () => {
  const histogram = new Histogram([0.1, 1, 10]);
  for (const value of [0, 0.1, 0.11, 1, 9.9, 10, 10.1, 1e9]) histogram.observe(value);
  expect(histogram.counts).toEqual([2, 2, 2, 2]);
  expect(histogram.count).toBe(8);
  expect(histogram.sum).toBeCloseTo(1e9 + 31.21);
});

test("what is no number does not count: one of them would make a sum of nothing", () => {
  const histogram = new Histogram([1]);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) histogram.observe(value);
  expect([histogram.count, histogram.sum, histogram.counts]).toEqual([0, 0, [0, 0]]);
});

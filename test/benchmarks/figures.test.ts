import { afterEach, expect, test, vi } from "vitest";
import { judged, median, quantile, ratios } from "../../benchmarks/figures.ts";
import { sectionIn, withSection } from "../../benchmarks/sections.ts";

const { exitCode } = process;
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = exitCode;
});

test("a promise that is kept is told as it is, at its bounds too", () => {
  expect(judged("rate", 0.6, { atLeast: 0.6 })).toBe("≥ 0.6");
  expect(judged("p99", 3, { atMost: 3 })).toBe("≤ 3");
  expect(process.exitCode).toBe(exitCode);
});

test.each([
  ["too small", 0.59, { atLeast: 0.6 }, "≥ 0.6: **missed**"],
  ["too large", 3.01, { atMost: 3 }, "≤ 3: **missed**"],
  ["no number", Number.NaN, { atLeast: 0.6 }, "≥ 0.6: **missed**"],
])("a promise that is missed (%s) is told, and ends the process with 1", (_, ratio, bound, told) => {
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  expect(judged("rate", ratio, bound)).toBe(told);
  expect(process.exitCode).toBe(1);
  expect(said).toHaveBeenCalledWith(expect.stringMatching(/^missed: rate is /));
});

test("a ratio is one of two rounds that were run beside each other, and the median of an even number is one of them", () => {
  expect(ratios([1, 6], [2, 3])).toEqual([0.5, 2]);
  expect(median([3, 1, 2])).toBe(2);
  expect(quantile([1, 2, 3, 4], 0.99)).toBe(4);
});

const page = "before\n<!-- a -->\nold\n<!-- /a -->\nbetween\n<!-- ab -->\n<!-- /ab -->\nafter\n";

test("what is recorded stands between its marks, and leaves the rest of the page as it was", () => {
  const recorded = withSection(page, "a", "said:\n| $1 | $& |\n| --- | --- |\n");
  expect(sectionIn(recorded, "a")).toBe("said:\n\n| $1 | $& |\n| --- | --- |");
  expect(withSection(recorded, "a", "old").replaceAll("\n\n", "\n")).toBe(page);
  expect(sectionIn(recorded, "ab")).toBe("");
  expect(sectionIn(page, "b")).toBeUndefined();
  expect(withSection(page, "b", "new")).toBe(page);
});

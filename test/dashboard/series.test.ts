import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Series } from "../../dashboard/plot/series.ts";
import { keptOfBucket, thin } from "../../dashboard/plot/thin.ts";

const filled = (readings: readonly (readonly [at: number, value: number])[], options = {}) => {
  const series = new Series(options);
  for (const [at, value] of readings) series.push(at, value);
  return series;
};

describe("a series", () => {
  it("holds a value until the next one, and to the edge while it is known to hold", () => {
    const series = filled([
      [1000, 4],
      [2000, 7],
    ]);
    expect(series.between(1500, 5000, { dots: 100, held: true })).toEqual({
      times: [1500, 2000, 5000],
      values: [4, 7, 7],
    });
    expect(series.at(1999, true)).toEqual({ at: 1000, value: 4 });
  });

  it("is no line from where nothing is known until the next reading", () => {
    const series = filled([[1000, 4]]);
    series.break(1800);
    series.break(2500);
    expect(series.between(0, 3000, { dots: 100, held: true })).toEqual({ times: [1000, 1800], values: [4, null] });
    expect([series.holds, series.latest, series.at(2000, true)]).toEqual([false, { at: 1000, value: 4 }, undefined]);
    series.push(4000, 5);
    expect(series.between(0, 5000, { dots: 100, held: true }).values).toEqual([4, null, 5, 5]);
  });

  it("does not break before its last reading", () => {
    const series = filled([[1000, 4]]);
    series.break(10);
    expect(series.between(0, 3000, { dots: 100, held: true })).toEqual({ times: [1000, 1000], values: [4, null] });
  });

  it("takes what is no number for a gap, and what comes late for where it belongs", () => {
    const series = filled([
      [1000, 1],
      [3000, Number.POSITIVE_INFINITY],
      [2000, 2],
    ]);
    expect(series.between(0, 4000, { dots: 100, held: true })).toEqual({
      times: [1000, 2000, 3000],
      values: [1, 2, null],
    });
  });

  it("goes to both edges where it is a line", () => {
    const series = filled([0, 1, 2, 3, 4].map((i) => [i * 1000, i]));
    expect(series.between(1500, 2500, { dots: 100, held: false }).times).toEqual([1000, 2000, 3000]);
    expect(series.at(1600, false)).toEqual({ at: 2000, value: 2 });
  });

  it("forgets what is later than a clock that was set back", () => {
    const series = filled([
      [1000, 1],
      [2000, 2],
    ]);
    const { version } = series;
    series.forgetAfter(1500);
    expect(series.latest).toEqual({ at: 1000, value: 1 });
    // Or nobody would draw it anew.
    expect(series.version).not.toBe(version);
    const after = series.version;
    series.forgetAfter(1500);
    expect(series.version).toBe(after);
  });

  it("leads from reading to reading, over gaps", () => {
    const series = filled([
      [1000, 1],
      [1500, Number.NaN],
      [2000, 2],
    ]);
    expect([series.beside(1000, 1), series.beside(2000, -1), series.beside(2000, 1)]).toEqual([2000, 1000, undefined]);
  });

  it("stays bounded, with its peaks, however much comes", () => {
    const series = new Series({ capacity: 500 });
    for (let i = 0; i < 100_000; i++) series.push(i, i === 31_234 ? 99 : i === 77_777 ? -99 : Math.sin(i / 50));
    expect(series.length).toBeLessThanOrEqual(500);
    const { times, values } = series.between(0, 100_000, { dots: 2000, held: false });
    expect([times[values.indexOf(99)], times[values.indexOf(-99)]]).toEqual([31_234, 77_777]);
    expect([times[0], times.at(-1)]).toEqual([0, 99_999]);
  });

  it("keeps the latest as they came where the oldest may go", () => {
    const series = new Series({ capacity: 500, keepMs: 10_000 });
    for (let i = 0; i < 100_000; i++) series.push(i, i);
    expect(series.begins).toBeGreaterThan(80_000);
    expect(series.last(100).map(({ at }) => at)).toEqual(Array.from({ length: 100 }, (_, i) => 99_999 - i));
  });
});

describe("thinning out", () => {
  const reading = fc.record({
    step: fc.integer({ min: 0, max: 50 }),
    value: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -5, max: 5 }) }, fc.constant(Number.NaN)),
  });

  it("keeps of each bucket its ends, its extremes and that it was broken", () => {
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 200 }), fc.integer({ min: 1, max: 500 }), (readings, bucketMs) => {
        let now = 0;
        const times = Float64Array.from(readings, ({ step }) => (now += step));
        const values = Float64Array.from(readings, ({ value }) => value);
        const kept = thin({ times, values }, 0, readings.length, bucketMs);
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
        const bucketOf = (i: number) => Math.floor((times[i] ?? 0) / bucketMs);
        for (const bucket of new Set(readings.map((_, i) => bucketOf(i)))) {
          const all = readings.flatMap((_, i) => (bucketOf(i) === bucket ? [i] : []));
          const left = kept.filter((i) => bucketOf(i) === bucket);
          const told = (of: readonly number[]) => {
            const numbers = of.map((i) => values[i] ?? 0).filter((value) => !Number.isNaN(value));
            return {
              ends: [of[0], of.at(-1)],
              low: Math.min(...numbers),
              high: Math.max(...numbers),
              broken: numbers.length < of.length,
            };
          };
          expect(told(left)).toEqual(told(all));
          expect(left.length).toBeLessThanOrEqual(keptOfBucket);
        }
      }),
      { numRuns: 60 },
    );
  });
});

import { expect, it } from "vitest";
import { clockTick, elapsedTick, numberTick, timeSteps, valueRange } from "../../dashboard/plot/axis.ts";
import { gapsOf } from "../../dashboard/plot/gaps.ts";

it("says times as exactly as ticks are apart", () => {
  const at = new Date(2026, 10, 21, 14, 3, 20, 50).getTime();
  expect([100, 1000, 60_000, 86_400_000].map((step) => clockTick(at, step))).toEqual([
    "14:03:20.050",
    "14:03:20",
    "14:03",
    "11-21",
  ]);
  expect(timeSteps).toEqual([...timeSteps].sort((a, b) => a - b));
});

it("says how long since the start", () => {
  const said = [0, 90_000, 5_400_000, 183_600_000, -1500].map((ms) => elapsedTick(ms, 1000));
  expect(said).toEqual(["0:00", "1:30", "1:30:00", "2 d 3:00:00", "−0:01"]);
  expect([elapsedTick(1250, 50), elapsedTick(21_600_000, 7_200_000)]).toEqual(["0:01.250", "6 h"]);
});

it("gives numbers as many digits as tell ticks from each other", () => {
  expect([
    numberTick(3.85, 0.05),
    numberTick(20, 5),
    numberTick(0.75, 0.25),
    numberTick(0.1 + 0.2, 0.1),
    numberTick(-0, 1),
    numberTick(-2, 1),
  ]).toEqual([...["3.85", "20", "0.75", "0.3", "0", "−2"]]);
  expect([numberTick(12_000_000, 2_000_000), numberTick(3e-7, 1e-7), numberTick(0, 1e-7)]).toEqual([
    "1.20e7",
    "3.00e-7",
    "0",
  ]);
});

it("makes room around values, and no mountains of noise", () => {
  expect(valueRange(null, null)).toEqual([0, 1]);
  const [low, high] = valueRange(7, 7);
  expect([low < 7, high > 7, high - low]).toEqual([true, true, expect.closeTo(0.00812)]);
  expect(valueRange(0, 0)).toEqual([-0.58, 0.58]);
});

it("finds where nothing is known, also at the end, but not before the first reading", () => {
  expect(gapsOf({ times: [1, 2, 4, 5, 9], values: [1, null, 3, null, null] }, 10)).toEqual([
    [2, 4],
    [5, 10],
  ]);
  expect(gapsOf({ times: [], values: [] }, 10)).toEqual([]);
});

import { expect, test } from "vitest";
import { holds, parseCondition } from "../src/condition.ts";

test("a condition names a property, what it is compared with, and for how long", () => {
  expect(parseCondition("ph.ph >= 8.2")).toEqual({
    thing: "ph",
    property: "ph",
    comparison: ">=",
    value: 8.2,
    forMs: 0,
  });
  expect(parseCondition("heater.temperature>80 for 1 min 30 s")).toMatchObject({ value: 80, forMs: 90_000 });
  expect(parseCondition("door.closed == true")).toMatchObject({ value: true });
  expect(parseCondition("pump.status != pumping for 2 s")).toMatchObject({ value: "pumping", forMs: 2000 });
  expect(parseCondition('pump.status == "waiting for 3 s"')).toMatchObject({ value: "waiting for 3 s", forMs: 0 });
  expect(parseCondition("pump.status == 'in \"x\"'")).toMatchObject({ value: 'in "x"' });
});

test.each([
  ["ph.ph"],
  ["ph >= 7"],
  ["ph.ph >= seven"],
  ["ph.ph = 7"],
  ["ph.ph > true"],
  ["ph.ph > 7 for ever"],
  ["ph.ph > 7 for 3"],
  ['a.b == "x'],
  [7],
  [undefined],
])("%j is refused, with what to say instead", (text) => {
  expect(() => parseCondition(text)).toThrow(/: say a (condition such as|duration with its unit)/);
});

test.each([
  ["a.b < 2", 1, true],
  ["a.b < 2", 2, false],
  ["a.b <= 2", 2, true],
  ["a.b > 2", 2, false],
  ["a.b >= 2", 2, true],
  ["a.b == 2", 2, true],
  ["a.b != 2", 2, false],
  ["a.b == on", "on", true],
  ["a.b != on", "off", true],
  ["a.b > 2", "3", undefined],
  ["a.b > 2", Number.NaN, undefined],
  ["a.b > 2", null, undefined],
  ["a.b != 2", undefined, false],
])("whether %s holds of %j: %j", (text, reading, expected) => {
  expect(holds(parseCondition(text), reading)).toBe(expected);
});

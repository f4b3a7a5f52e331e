import { afterEach, beforeEach, expect, test } from "vitest";
import {
  durationText,
  fullTime,
  secondsText,
  shortTime,
  timesInZone,
  zoneText,
} from "../../dashboard/parts/time-text.ts";

const before = process.env["TZ"];
beforeEach(() => {
  process.env["TZ"] = "America/St_Johns";
});
afterEach(() => {
  if (before === undefined) delete process.env["TZ"];
  else process.env["TZ"] = before;
});

const at = Date.parse("2026-11-20T03:10:05.120Z");

test("a time is in the viewer's zone, with its day when that is another than today", () => {
  expect(shortTime(at, at + 1000)).toBe("23:40:05");
  expect(shortTime(at, at + 3_600_000)).toBe("2026-11-19 23:40:05");
});

test("a full time has the zone's distance to the half hour, and to the second what it was", () => {
  expect(fullTime(at)).toBe("2026-11-19T23:40:05.120-03:30");
  expect(Date.parse(fullTime(at))).toBe(at);
  expect(zoneText(at)).toBe("America/St_Johns (-03:30)");
});

test("a sentence of the gateway has its times in the viewer's zone, and what somebody else has said as he said it", () => {
  const said = 'pump is leased to ann until 2026-11-20T03:10:05.120Z, who says "back at 2026-11-20T03:10:05Z": wait';
  const quoted = 'who says "back at 2026-11-20T03:10:05Z": wait';
  expect(timesInZone(said, at)).toBe(`pump is leased to ann until 23:40:05, ${quoted}`);
  expect(timesInZone(said, at + 86_400_000)).toBe(`pump is leased to ann until 2026-11-19 23:40:05, ${quoted}`);
  const others = "2026-13-77T99:10:05Z is none, 2026-11-20T03:10:05+01:00 says its zone";
  expect(timesInZone(others, at)).toBe(others);
});

test("what is no time is said to be none", () => {
  expect([shortTime(Number.NaN, at), fullTime(8.64e15 + 1), durationText(Number.NaN)]).toEqual(
    Array(3).fill("no time"),
  );
});

test("durations have two units at most, and are never said to be longer than they are", () => {
  const told = [0, 999.9, 1999, 9999, 59_999, 61_000, 3_599_999, 8_040_000, 86_399_999, 360_000_000].map(durationText);
  const words = ["0 ms", "999 ms", "1.9 s", "9.9 s", "59 s", "1 min 01 s", "59 min 59 s", "2 h 14 min", "23 h 59 min"];
  expect(told).toEqual([...words, "4 d 4 h"]);
  expect(durationText(-61_000)).toBe("−1 min 01 s");
});

test("what counts down by the second does so in whole ones", () => {
  expect([0, 999, 1500, 59_999, 60_500, -500, -1500].map(secondsText)).toEqual([
    "0 s",
    "0 s",
    "1 s",
    "59 s",
    "1 min 00 s",
    "0 s",
    "−1 s",
  ]);
});

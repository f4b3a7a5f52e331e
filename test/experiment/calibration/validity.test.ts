import { expect, test } from "vitest";
import type { Calibration } from "../../../src/calibration.ts";
import { type CalibrationRule, judge } from "../../../src/experiment/calibration/validity.ts";

const day = 86_400_000;
const made = Date.parse("2026-11-01T00:00:00Z");
const found = (more: Partial<Calibration> = {}): Calibration => ({
  ...{ id: "1", thing: "ph", at: made, clockTrusted: true, by: "ada", points: [] },
  fit: { slope: { value: 98, unit: "%" } },
  ...more,
});
const thirty: CalibrationRule = { expiresMs: 30 * day, whenExpired: "refuse" };
const around = (more: Partial<Parameters<typeof judge>[2]> = {}) => ({
  ...{ rule: thirty, now: made + 10 * day, clockTrusted: true, heldMs: undefined, device: undefined },
  ...more,
});

test.each([
  ["within its time", found(), around(), "valid"],
  ["at the end of its time", found(), around({ now: made + 30 * day }), "expired"],
  ["sooner, where its maker says so", found({ validForMs: day }), around(), "expired"],
  ["never, where nobody says when", found(), around({ rule: undefined, now: made + 9999 * day }), "valid"],
  [
    "by the date of its certificate",
    found({ until: made + 5 * day }),
    around({ rule: { whenExpired: "refuse" } }),
    "expired",
  ],
  ["when the clock is not set", found(), around({ clockTrusted: false }), "unknown"],
  ["when the clock is not set, and shows long ago", found(), around({ clockTrusted: false, now: 0 }), "unknown"],
  ["when the clock was not set", found({ clockTrusted: false }), around(), "unknown"],
  ["that no clock has a say in", found({ clockTrusted: false }), around({ rule: undefined }), "valid"],
  ["of this process, whatever the clock says", found(), around({ clockTrusted: false, heldMs: day, now: 0 }), "valid"],
  ["of this process, 31 days later", found(), around({ clockTrusted: false, heldMs: 31 * day, now: 0 }), "expired"],
  [
    "with a date, while nobody knows the date",
    found({ until: made }),
    around({ clockTrusted: false, heldMs: 1 }),
    "unknown",
  ],
  ["that was not finished", found({ incomplete: "1 of 3 points" }), around(), "invalid"],
  ["that was cleared", found({ fit: {}, note: "cleared" }), around(), "none"],
  ["that never was", undefined, around(), "none"],
] as const)("a calibration %s is told as such", (_, calibration, circumstances, validity) => {
  const state = judge("ph", calibration, circumstances);
  expect(state.validity).toBe(validity);
  expect(state.reason === undefined).toBe(validity === "valid");
  expect(state.refuses && state.reason !== undefined).toBe(!["valid", "unknown"].includes(validity));
});

test("one that is missing is no matter where nobody has asked for one", () => {
  expect(judge("ph", undefined, around({ rule: undefined }))).toMatchObject({ validity: "none", refuses: false });
  expect(judge("ph", undefined, around({ rule: undefined })).reason).toBeUndefined();
});

test("one of another device does not hold, unless nobody knows which it is", () => {
  const mine = found({ device: { model: "XS204", serialNumber: "B1" } });
  const with2 = (serialNumber?: string) =>
    judge("balance", mine, around({ device: { model: "XS204", ...(serialNumber && { serialNumber }) } }));
  expect([with2("B1").validity, with2("B2").validity, with2().validity]).toEqual(["valid", "invalid", "valid"]);
  expect(with2("B2").reason).toContain("serial number B1");
});

test("it tells how long ago one has expired, by a clock that is right", () => {
  expect(judge("ph", found(), around({ now: made + 32 * day })).reason).toBe(
    "the calibration of ph has expired 2 d ago",
  );
});

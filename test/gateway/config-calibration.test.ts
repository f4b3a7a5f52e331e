import { expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { parseConfig } from "../../src/gateway/config/config.ts";

const read = (calibration: string) =>
  parseConfig(`things:\n  ph:\n    driver: ph\n    calibration: ${calibration}\n`, "benchd.yaml");

test.each([
  ["{ expires: 30 d, whenExpired: refuse }", { expiresMs: 30 * 86_400_000, whenExpired: "refuse" }],
  ["{ expires: 12 h }", { expiresMs: 12 * 3_600_000, whenExpired: "warn" }],
  ["{}", { expiresMs: undefined, whenExpired: "warn" }],
])("calibration: %s asks for a calibration", (text, rule) => {
  expect(read(text).things.get("ph")?.calibration).toEqual(rule);
});

test.each([
  ["{ expires: 30 }", "4:29", "must be a text"],
  ["{ expires: 30 days }", "4:29", "say a duration with its unit, such as"],
  ["{ expires: 0 s }", "4:29", "must be longer than nothing"],
  ["{ expire: 30 d }", "4:20", 'did you mean "expires"'],
  ["{ whenExpired: stop }", "4:33", "must be one of warn, refuse"],
  ["30 d", "4:18", "must hold settings (expires, whenExpired)"],
])("calibration: %s is a mistake, told with its place", (text, at, why) => {
  expect(() => read(text)).toThrow(ConfigError);
  expect(() => read(text)).toThrow(`benchd.yaml:${at}`);
  expect(() => read(text)).toThrow(why);
});

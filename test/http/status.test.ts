import { expect, it } from "vitest";
import * as errors from "../../src/errors.ts";
import { hasStatus, statusOf } from "../../src/http/status.ts";
import * as requestErrors from "../../src/request-errors.ts";

type Concrete = new (message: string, reason: "client") => errors.BenchdError;

const abstract = new Set(["BenchdError", "BusyError", "TransportError", "DeviceError"]);
const concrete = Object.entries({ ...errors, ...requestErrors })
  .filter(([name, value]) => typeof value === "function" && name.endsWith("Error") && !abstract.has(name))
  .map(([name, value]) => [name, new (value as Concrete)("no", "client")] as const);

it("knows more than twenty kinds of errors", () => {
  expect(concrete.length).toBeGreaterThan(20);
});

it.each(concrete)("%s has a status", (_, error) => {
  expect(hasStatus(error.code)).toBe(true);
});

it.each([
  [new errors.NotFoundError("no"), 404],
  [new errors.InputError("no"), 422],
  [new errors.NotAllowedError("no"), 405],
  [new errors.LaneHeldError("no"), 409],
  [new errors.StoppedError("no"), 409],
  [new errors.QuarantinedError("no"), 409],
  [new errors.LaneFullError("no"), 503],
  [new errors.PortMissingError("no"), 503],
  [new errors.DeviceFaultError("no"), 502],
  [new errors.DeviceTimeoutError("no"), 504],
  [new errors.OutputError("no"), 500],
])("%s becomes %i", (error, status) => {
  expect(statusOf(error)).toBe(status);
});

it("answers 500 for what is no error of ours, whatever it is called", () => {
  expect(statusOf(new TypeError("no"))).toBe(500);
  expect(statusOf({ code: "BENCHD_NOT_FOUND" })).toBe(500);
});

it("answers 500 for a driver's own kind of failed invocation", () => {
  class Clogged extends errors.InvocationError {
    override readonly code = "BENCHD_CLOGGED";
  }
  expect(statusOf(new Clogged("no"))).toBe(500);
});

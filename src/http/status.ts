import { BenchdError, RateExceededError } from "../errors.ts";
import type { Dialect } from "./dialect.ts";

/**
 * Which HTTP status each error has, in each view where they differ. A code that is missing here is a failure of ours, 500;
 * a test finds it.
 */
const statuses: Readonly<Record<string, number | Readonly<Record<Dialect, number>>>> = {
  BENCHD_NOT_FOUND: 404,
  BENCHD_FORBIDDEN: 403,
  BENCHD_NOT_ALLOWED: 405,
  BENCHD_INPUT: { labthings: 422, wot: 400 },
  BENCHD_CONFIG: 422,
  BENCHD_PROCEDURE: { labthings: 422, wot: 400 },

  BENCHD_KEY_MALFORMED: 400,
  BENCHD_KEY_REUSED: 422,
  BENCHD_KEY_OUTCOME: 409,

  BENCHD_START_BY_MALFORMED: 400,
  BENCHD_START_BY_OVER: 412,
  BENCHD_CLOCK_UNTRUSTED: 503,
  BENCHD_REQUEST_MESSAGE: 400,

  BENCHD_LANE_HELD: 409,
  BENCHD_DEADLOCK: 409,
  BENCHD_STOPPED: 409,
  BENCHD_INTERLOCKED: 409,
  BENCHD_UNCALIBRATED: 409,
  BENCHD_LEASE_HELD: 409,
  BENCHD_LEASE_LOST: 409,
  BENCHD_QUARANTINED: 409,
  BENCHD_RELOAD_BUSY: 409,
  BENCHD_SAFE_MODE: 409,
  BENCHD_INVOCATION_CANCELLED: 409,
  BENCHD_OUTPUT_LIMIT: 409,
  BENCHD_PROMPT_CLOSED: 409,
  BENCHD_AT_REST: 409,
  BENCHD_RUN_OVER: 409,
  BENCHD_RECORDING_STATE: 409,

  BENCHD_RATE_EXCEEDED: 429,

  BENCHD_LANE_FULL: 503,
  BENCHD_NOT_READY: 503,
  BENCHD_PORT_MISSING: 503,
  BENCHD_PORT_BUSY: 503,
  BENCHD_PERMISSION_DENIED: 503,
  BENCHD_DISCONNECTED: 503,
  BENCHD_BROKEN_OFF: 503,
  BENCHD_FENCED: 503,
  BENCHD_BROKER_AWAY: 503,

  BENCHD_NOTIFICATION: 502,
  BENCHD_MESSAGE_REFUSED: 502,
  BENCHD_DEVICE_FAULT: 502,
  BENCHD_MALFORMED_REPLY: 502,
  BENCHD_WRONG_DEVICE: 502,
  BENCHD_DEVICE_RESET: 502,
  BENCHD_OPERATED_LOCALLY: 502,

  BENCHD_DEVICE_TIMEOUT: 504,
  BENCHD_DEADLINE_EXCEEDED: 504,
  BENCHD_UNANSWERED: 504,

  BENCHD_STORAGE: 507,

  BENCHD_DEFINITION: 500,
  BENCHD_INVOCATION: 500,
  BENCHD_STEP_FAILED: 500,
  BENCHD_INTERRUPTED: 500,
  BENCHD_OUTPUT: 500,
};

export const hasStatus = (code: string): boolean => Object.hasOwn(statuses, code);

export function statusOf(error: unknown, dialect: Dialect = "labthings"): number {
  const found = error instanceof BenchdError && hasStatus(error.code) ? statuses[error.code] : undefined;
  return (typeof found === "object" ? found[dialect] : found) ?? 500;
}

/** Seconds after which a refused request may be worth repeating. */
export const retryAfter = "2";

/** The same of what was thrown; undefined for what is not worth repeating as it is. */
export function retryAfterOf(error: unknown, status: number): string | undefined {
  if (error instanceof RateExceededError) return String(error.seconds);
  return status === 503 ? retryAfter : undefined;
}

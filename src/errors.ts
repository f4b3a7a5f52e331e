/**
 * Everything benchd can say no with, beside experiments (`experiment-errors.ts`). A class per code; each code has its heading in `docs/errors.md`,
 * which tells what it means and what to do. How an error becomes an HTTP status is decided in `http/`.
 */
export abstract class BenchdError extends Error {
  abstract readonly code: `BENCHD_${string}`;
  /** `"unknown"` when bytes had left and nobody can know what the device made of them. */
  readonly outcome: "unknown" | undefined;

  constructor(message: string, options: ErrorOptions & { readonly outcome?: "unknown" } = {}) {
    super(message, options);
    this.name = new.target.name;
    this.outcome = options.outcome;
  }
}

/** A driver is wrong: its definition, its handlers, or how it uses the API. */
export class DefinitionError extends BenchdError {
  readonly code = "BENCHD_DEFINITION";
}

/** The configuration is wrong; the message names file, line and column. */
export class ConfigError extends BenchdError {
  readonly code = "BENCHD_CONFIG";
}

/** No such Thing, affordance or invocation. */
export class NotFoundError extends BenchdError {
  readonly code = "BENCHD_NOT_FOUND";
}

/** One thing that is wrong with a value: where (JSON pointer), which schema keyword, and why. */
export interface Issue {
  readonly path: string;
  readonly keyword: string;
  readonly message: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly value: unknown;
}

/** A value from outside does not fit its schema, or cannot be sent to the device. */
export class InputError extends BenchdError {
  readonly code = "BENCHD_INPUT";
  readonly issues: readonly Issue[];

  constructor(message: string, issues: readonly Issue[] = [], options?: ErrorOptions) {
    super(message, options);
    this.issues = issues;
  }
}

/** Whoever asks may not do that. */
export class ForbiddenError extends BenchdError {
  readonly code = "BENCHD_FORBIDDEN";
}

/** The affordance cannot do that: writing what is read-only, cancelling what has ended. */
export class NotAllowedError extends BenchdError {
  readonly code = "BENCHD_NOT_ALLOWED";
}

/** The header `Idempotency-Key` is none. */
export class KeyMalformedError extends BenchdError {
  readonly code = "BENCHD_KEY_MALFORMED";
}
/** The key was used for another request before. */
export class KeyReusedError extends BenchdError {
  readonly code = "BENCHD_KEY_REUSED";
}
/** A request with this key was begun, and nobody knows what has become of it. */
export class KeyOutcomeError extends BenchdError {
  readonly code = "BENCHD_KEY_OUTCOME";

  constructor(message: string, options?: ErrorOptions) {
    super(message, { ...options, outcome: "unknown" });
  }
}

/** The device is taken at the moment; the same request may pass later. */
export abstract class BusyError extends BenchdError {}

export class LaneFullError extends BusyError {
  readonly code = "BENCHD_LANE_FULL";
}
/** One client has asked too often. */
export class RateExceededError extends BusyError {
  readonly code = "BENCHD_RATE_EXCEEDED";
  /** When to try again. */
  readonly seconds: number;

  constructor(message: string, seconds: number) {
    super(message);
    this.seconds = seconds;
  }
}
export class LaneHeldError extends BusyError {
  readonly code = "BENCHD_LANE_HELD";
}
export class DeadlockError extends BusyError {
  readonly code = "BENCHD_DEADLOCK";
}
/** The emergency stop is latched. */
export class StoppedError extends BusyError {
  readonly code = "BENCHD_STOPPED";
}
/** The gateway has opened no device, as its last starts have failed. */
export class SafeModeError extends BusyError {
  readonly code = "BENCHD_SAFE_MODE";
}
/** An interlock has tripped, or what it watches is not known. */
export class InterlockedError extends BusyError {
  readonly code = "BENCHD_INTERLOCKED";
}
/** Somebody else has the Thing for himself. */
export class LeaseHeldError extends BusyError {
  readonly code = "BENCHD_LEASE_HELD";
}
/** The lease that was named has ended. */
export class LeaseLostError extends BusyError {
  readonly code = "BENCHD_LEASE_LOST";
}
/** The Thing, or the gateway, is not open for work. */
export class NotReadyError extends BusyError {
  readonly code = "BENCHD_NOT_READY";
}
/** A reload would close Things with which something is done. */
export class ReloadBusyError extends BusyError {
  readonly code = "BENCHD_RELOAD_BUSY";
  /** What is done with them, each in words. */
  readonly busy: readonly string[];

  constructor(message: string, busy: readonly string[] = [], options?: ErrorOptions) {
    super(message, options);
    this.busy = busy;
  }
}
/** Work of an earlier invocation never ended; an operator resets the Thing. */
export class QuarantinedError extends BusyError {
  readonly code = "BENCHD_QUARANTINED";
}

/** What should outlive the process could not be written to disk, or read from it. */
export class StorageError extends BenchdError {
  readonly code = "BENCHD_STORAGE";
}

/** The way to the device failed. */
export abstract class TransportError extends BenchdError {}

export class PortMissingError extends TransportError {
  readonly code = "BENCHD_PORT_MISSING";
}
export class PortBusyError extends TransportError {
  readonly code = "BENCHD_PORT_BUSY";
}
export class PermissionDeniedError extends TransportError {
  readonly code = "BENCHD_PERMISSION_DENIED";
}
export class DisconnectedError extends TransportError {
  readonly code = "BENCHD_DISCONNECTED";
}
/** A stop broke into the exchange; what the device made of it is not known. */
export class BrokenOffError extends TransportError {
  readonly code = "BENCHD_BROKEN_OFF";
}
/** The work has ended and may no longer touch anything. */
export class FencedError extends TransportError {
  readonly code = "BENCHD_FENCED";
}

/** The device answered, or failed to, in a way that ends the work. */
export abstract class DeviceError extends BenchdError {
  constructor(message: string, options?: ConstructorParameters<typeof BenchdError>[1]) {
    super(legible(message), options);
  }
}

const maxMessage = 2000;

/** Messages quote what devices say, which may be anything, and of any length. */
function legible(message: string): string {
  const escaped = message.replaceAll(/\p{Cc}/gu, (odd) => `\\x${odd.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return escaped.length > maxMessage ? `${escaped.slice(0, maxMessage)}…` : escaped;
}

/** The device said no. */
export class DeviceFaultError extends DeviceError {
  readonly code = "BENCHD_DEVICE_FAULT";
}
/** Nobody can make sense of what the device said; nor know, when it was told to do something, whether it has. */
export class MalformedReplyError extends DeviceError {
  readonly code = "BENCHD_MALFORMED_REPLY";

  constructor(message: string, options?: ErrorOptions) {
    super(message, { ...options, outcome: "unknown" });
  }
}
/** The device has not answered in time: nobody knows whether it has done what it was told. */
export class DeviceTimeoutError extends DeviceError {
  readonly code = "BENCHD_DEVICE_TIMEOUT";
}
/** Another device answers than the one that was configured or seen first. */
export class WrongDeviceError extends DeviceError {
  readonly code = "BENCHD_WRONG_DEVICE";
}
/** The device was reset, or its line had to be, and lost settings that the work relied on. */
export class DeviceResetError extends DeviceError {
  readonly code = "BENCHD_DEVICE_RESET";
}
/** Someone used the instrument's own keys. */
export class OperatedLocallyError extends DeviceError {
  readonly code = "BENCHD_OPERATED_LOCALLY";
}

/** An output was on for longer than it may be, or was not renewed in time: it has been made safe. */
export class OutputLimitError extends DeviceError {
  readonly code = "BENCHD_OUTPUT_LIMIT";
}

/** For drivers: the action failed in an expected way. One log line, no stack. */
export class InvocationError extends BenchdError {
  readonly code: `BENCHD_${string}` = "BENCHD_INVOCATION";
}
/** Why an invocation was cut off: by whom, or by what. */
export type CancelReason =
  | "client"
  | "stopped"
  | "emergency_stop"
  | "interlocked"
  | "lease_lost"
  | "replaced"
  | "reload"
  | "shutdown"
  | "restart"
  | "deadline"
  | "failed";

/** The invocation was asked to end. An outcome, not a failure: clean up and let it pass. */
export class InvocationCancelledError extends InvocationError {
  override readonly code = "BENCHD_INVOCATION_CANCELLED";
  readonly reason: CancelReason;

  constructor(message: string, reason: CancelReason, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
export class DeadlineExceededError extends InvocationError {
  override readonly code = "BENCHD_DEADLINE_EXCEEDED";
}
/** The process ended while it ran: nobody saw what became of it. */
export class InterruptedError extends InvocationError {
  override readonly code = "BENCHD_INTERRUPTED";

  constructor(message: string, options?: ErrorOptions) {
    super(message, { ...options, outcome: "unknown" });
  }
}
/** What the handler returned does not fit the output schema. */
export class OutputError extends InvocationError {
  override readonly code = "BENCHD_OUTPUT";
}

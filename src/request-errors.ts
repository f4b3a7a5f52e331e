import { BenchdError, BusyError } from "./errors.ts";

// What benchd says no with to how something is asked for, each code with its heading in `docs/errors.md`, too.

/** The time until which something was to start cannot be read. */
export class StartByMalformedError extends BenchdError {
  readonly code = "BENCHD_START_BY_MALFORMED";
}
/** It was to start by a time that is over: nothing was done. */
export class StartByOverError extends BenchdError {
  readonly code = "BENCHD_START_BY_OVER";
}
/** Nobody knows what time it is, so nobody knows whether another is over. */
export class ClockUntrustedError extends BusyError {
  readonly code = "BENCHD_CLOCK_UNTRUSTED";
}
/** A message over MQTT asks for nothing, as it is made. */
export class RequestMessageError extends BenchdError {
  readonly code = "BENCHD_REQUEST_MESSAGE";
}

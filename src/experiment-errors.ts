import { BenchdError, BusyError, InvocationError } from "./errors.ts";

// What benchd says no with in experiments, each code with its heading in `docs/errors.md`, too.

/** Something that keeps a procedure from being run. */
export interface Mistake {
  /** `titration.yaml:12:5`. */
  readonly at: string;
  /** The path of the step, `steps[3]`; empty for what is no step's. */
  readonly step: string;
  readonly message: string;
}

/** A procedure cannot be run as it is written, or not on this bench; the message names file, line, column and step. */
export class ProcedureError extends BenchdError {
  readonly code = "BENCHD_PROCEDURE";
  /** In the order of the document. */
  readonly mistakes: readonly Mistake[];

  constructor(message: string, mistakes: readonly Mistake[] = [], options?: ErrorOptions) {
    super(message, options);
    this.mistakes = mistakes;
  }
}

/** The calibration that it relies on is missing, or holds no longer. */
export class UncalibratedError extends BusyError {
  readonly code = "BENCHD_UNCALIBRATED";
}

/** Somebody at the bench is asked something, and the output is at rest meanwhile. */
export class AtRestError extends BusyError {
  readonly code = "BENCHD_AT_REST";
}

/** The question was answered already, or nobody waits for an answer any more. */
export class PromptClosedError extends BenchdError {
  readonly code = "BENCHD_PROMPT_CLOSED";
}

/** The run has ended: nothing of it can be paused, resumed or cancelled. */
export class RunOverError extends BenchdError {
  readonly code = "BENCHD_RUN_OVER";
}

/** The recording has ended already, or still goes on, so that this cannot be done with it. */
export class RecordingStateError extends BenchdError {
  readonly code = "BENCHD_RECORDING_STATE";
}

/** Somebody could not be told: a mail server or an address takes no message, or a secret for it cannot be read. */
export class NotificationError extends BenchdError {
  readonly code = "BENCHD_NOTIFICATION";
}

/** There is no connection to the broker, or it has gone before the broker has confirmed a message. */
export class BrokerAwayError extends BenchdError {
  readonly code = "BENCHD_BROKER_AWAY";
}

/** The broker does not take a message: too large for it, or not allowed to this user. */
export class MessageRefusedError extends BenchdError {
  readonly code = "BENCHD_MESSAGE_REFUSED";
}

/** Nobody at the bench has answered in time. */
export class UnansweredError extends InvocationError {
  override readonly code = "BENCHD_UNANSWERED";
}

/** A step of a procedure has failed, and with it the run. */
export class StepFailedError extends InvocationError {
  override readonly code = "BENCHD_STEP_FAILED";
}

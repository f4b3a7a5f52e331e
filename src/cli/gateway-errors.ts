import { NotReadyError } from "../errors.ts";

/** No gateway has answered. */
export class NoGatewayError extends NotReadyError {
  /** There was nobody to be asked, so nothing was sent. */
  readonly unsent: boolean;
  /** It was asked to change something, and may have done it. */
  readonly mayBeDone: boolean;

  constructor(message: string, { unsent, mayBeDone = false, cause }: Missing) {
    super(message, { cause });
    this.unsent = unsent;
    this.mayBeDone = mayBeDone;
  }
}

interface Missing {
  readonly unsent: boolean;
  readonly mayBeDone?: boolean;
  readonly cause: unknown;
}

/** A gateway has said no, with that status of HTTP. */
export class RefusalError extends NotReadyError {
  readonly status: number;
  /** As in the gateway's list of errors; null when it has told none. */
  readonly reason: string | null;

  constructor(message: string, status: number, reason: string | null = null) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** It is not proved that what answers is the gateway that was meant: it was told nothing. */
export class UntrustedError extends NotReadyError {}

/** The gateway went away, and nobody knows what has come of what it was asked to do. */
export class NobodyKnowsError extends NotReadyError {}

import { NotReadyError } from "../errors.ts";

/** No gateway has answered. */
export class NoGatewayError extends NotReadyError {
  /** There was nobody to be asked, so nothing was sent. */
  readonly unsent: boolean;

  constructor(message: string, { unsent, cause }: { readonly unsent: boolean; readonly cause: unknown }) {
    super(message, { cause });
    this.unsent = unsent;
  }
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

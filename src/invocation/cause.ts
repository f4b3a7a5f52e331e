import { type CancelReason, FencedError, InvocationCancelledError } from "../errors.ts";

/** Why a call is being ended. */
export interface Cause {
  readonly reason: CancelReason;
  /** Where the cause leads if the handler lets it pass. */
  readonly status: "cancelled" | "error";
  readonly error: Error;
}

/** Somebody, or something, has asked for the end. */
export function cancelled(reason: CancelReason, by: string): Cause {
  const error = new InvocationCancelledError(`cancelled by ${by} (${reason})`, reason);
  return { reason, status: "cancelled", error };
}

/** Whether what was thrown is only the answer to having been asked to end, or cut off. */
export const wasAsked = (thrown: unknown): boolean =>
  thrown instanceof InvocationCancelledError || thrown instanceof FencedError;

export const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

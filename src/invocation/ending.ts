import type { CancelReason } from "../errors.ts";

/** How an invocation ended. */
export interface Ending {
  readonly status: "completed" | "cancelled" | "error";
  readonly output?: unknown;
  readonly error?: Error | undefined;
  readonly reason?: CancelReason | undefined;
  readonly forced?: boolean;
  /** It is known that nothing on its behalf has come as far as a Thing. */
  readonly nothingDone?: boolean;
}

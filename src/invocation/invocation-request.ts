import type { Clock } from "../clock.ts";
import type { Invocation } from "./invocation.ts";
import type { Part, Waiting } from "./journal.ts";

/** What an invocation is made of. */
export interface InvocationRequest {
  readonly thing: string;
  readonly action: string;
  readonly input: unknown;
  readonly requestedBy: string;
  readonly requestedFrom?: string | undefined;
  readonly retentionMs: number;
  readonly seq: number;
  readonly clockTrusted?: boolean;
  /** So long after it was asked for it may begin, also in another process. */
  readonly restartWithinMs?: number | undefined;
  /** It was asked for under a lease. */
  readonly leased?: boolean;
  /** It was asked for in an earlier process. */
  readonly again?: Waiting | undefined;
  /** Durations go by this one. */
  readonly clock?: Clock;
  /** Told of what changes while it runs. */
  changed?(invocation: Invocation, part: Part): void;
}

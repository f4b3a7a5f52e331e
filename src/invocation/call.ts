import type { InvocationView, WorkKind } from "../context.ts";
import type { Requester } from "./admission.ts";
import type { Invocation } from "./invocation.ts";
import type { Waiting } from "./journal.ts";
import type { Lane } from "./lane.ts";
import type { LaneOwner, Rest } from "./lane-owner.ts";

/** How calls of an action are run; what each means stands with the action affordance. */
export interface CallRules {
  readonly urgent?: boolean | undefined;
  readonly safe?: boolean | undefined;
  readonly calibrates?: boolean | undefined;
  readonly whenBusy?: "queue" | "reject" | "replace" | undefined;
  readonly timeoutMs?: number | undefined;
  readonly cancelGraceMs?: number | undefined;
  readonly retentionMs?: number | undefined;
  readonly startWithinMs?: number | undefined;
  readonly restartWithinMs?: number | undefined;
}

/** A call, ready to be scheduled: whose, with what, under which rules. What is nested is done for whoever asked first. */
export interface Call extends Requester {
  readonly owner: LaneOwner;
  /** The lanes it holds while it runs, its own first; none: it runs beside them. */
  readonly lanes: readonly Lane[];
  readonly name: string;
  readonly operation: "invoke" | "write";
  readonly kind: WorkKind;
  readonly rules: CallRules;
  readonly input: unknown;
  readonly requestedBy: string;
  /** The address. */
  readonly requestedFrom?: string | undefined;
  /** Instead of the rules'. */
  readonly startWithinMs?: number | undefined;
  /** It keeps its place and does not start before this resolves; when it rejects, never. What is urgent waits for nothing. */
  readonly startsAfter?: ((invocation: Invocation) => Promise<void>) | undefined;
  /** It was asked for in an earlier process: this is the same. */
  readonly again?: Waiting | undefined;
  /** The blobs that it is given: none goes before it has ended. */
  readonly blobs?: readonly string[] | undefined;
  /** Where the outputs of what it holds are while it asks somebody. */
  readonly idle?: ReadonlyMap<LaneOwner, Rest> | undefined;
  /** What makes two urgent calls one, besides their names; the input unless told. */
  readonly sharedBy?: unknown;
  run(invocation: InvocationView): unknown;
  /** Throws `OutputError` unless the result fits what was promised. */
  checkOutput?(output: unknown): void;
}

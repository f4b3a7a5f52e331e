import type { InvocationRecord } from "../../invocation/record.ts";
import type { InvocationStatus } from "../../invocation/state.ts";
import { withHrefs } from "../blobs/blob-json.ts";
import type { Base } from "../invocation-json.ts";
import { type Problem, wotProblem } from "../problem.ts";
import { thingPath } from "./urls.ts";

/** What has become of a request for an action, in the words of the HTTP Basic Profile. */
export interface ActionStatus {
  readonly status: "pending" | "running" | "completed" | "failed";
  readonly href: string;
  readonly timeRequested: string;
  readonly timeEnded?: string;
  readonly output?: unknown;
  readonly error?: Problem;
}

/** The profile knows four words: what was cancelled has failed, and the type of its error tells how. */
const words: Readonly<Record<InvocationStatus, ActionStatus["status"]>> = {
  pending: "pending",
  running: "running",
  completed: "completed",
  cancelled: "failed",
  error: "failed",
};

export function actionStatus(invocation: InvocationRecord, base: Base): ActionStatus {
  const { id, thing, action, status, requestedAt, endedAt, output, error } = invocation;
  return {
    status: words[status],
    href: `${base.origin}${thingPath(base.prefix, thing)}/actions/${action}/${id}`,
    timeRequested: time(requestedAt),
    ...(endedAt !== undefined && { timeEnded: time(endedAt) }),
    ...(status === "completed" && output !== undefined && { output: withHrefs(output, base) }),
    ...(error && { error: wotProblem(error) }),
  };
}

const time = (ms: number) => new Date(ms).toISOString();

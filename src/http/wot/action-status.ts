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
  return told(invocation, base, invocation.output);
}

/** What the outputs in one list may take together, about; characters of JSON. */
const maxOutputs = 2 ** 20;

/** Many of them, whose outputs are told as long as they are not too large together: after that each has its own under its href. */
export function actionStatuses(invocations: readonly InvocationRecord[], base: Base): readonly ActionStatus[] {
  let room = maxOutputs;
  return invocations.map((invocation) => {
    // Not even read where there is no room: outputs are in the file.
    const output = room > 0 ? invocation.output : undefined;
    room -= JSON.stringify(output)?.length ?? 0;
    return told(invocation, base, room >= 0 ? output : undefined);
  });
}

function told(invocation: InvocationRecord, base: Base, output: unknown): ActionStatus {
  const { id, thing, action, status, requestedAt, endedAt, error } = invocation;
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

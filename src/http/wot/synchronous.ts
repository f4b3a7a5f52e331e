import { STATUS_CODES } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { InvocationError, LaneFullError } from "../../errors.ts";
import { isTerminal } from "../../invocation/state.ts";
import type { ActionAffordance } from "../../thing/affordance.ts";
import type { Thing } from "../../thing/thing.ts";
import { seenRecord } from "../access/seen-record.ts";
import { json, originOf, tellProblem } from "../answer.ts";
import { withHrefs } from "../blobs/blob-json.ts";
import { invoke } from "../invoke.ts";
import { maxWaitMs } from "../patience.ts";
import { preference } from "../prefer.ts";
import { wotProblem } from "../problem.ts";
import { retryAfter } from "../status.ts";
import type { View } from "../view.ts";
import { actionStatus } from "./action-status.ts";

/** What waits longer for its turn is dropped: with what the action itself may take, its client is still there then. */
const startWithinMs = 20_000;

/**
 * Invoke an action whose answer is its output, or how it failed. A client cannot wish for less than its end: the profile
 * knows no other answer here.
 */
export async function invokeSynchronously(
  request: FastifyRequest,
  reply: FastifyReply,
  view: View,
  thing: Thing,
  name: string,
  action: ActionAffordance,
): Promise<FastifyReply> {
  if (!view.patience.hasRoom(request.principal.key))
    throw new LaneFullError("too many requests wait for an end already: try again later");
  const { cancelOnDisconnect } = preference(request.headers["prefer"], maxWaitMs);
  const invocation = await invoke(request, reply, view, {
    thing,
    name,
    startWithinMs: Math.min(action.startWithinMs ?? startWithinMs, startWithinMs),
    waitMs: maxWaitMs,
    cancelOnDisconnect,
    ...(cancelOnDisconnect && { applied: "cancel-on-disconnect" }),
  });
  const { status, output, error } = seenRecord(invocation, request.sight);
  const base = { origin: originOf(request), prefix: view.prefix };
  if (status === "completed") {
    return action.output && output !== undefined ? json(reply, 200, withHrefs(output, base)) : reply.code(204).send();
  }
  if (isTerminal(status)) {
    const problem = wotProblem(error ?? new InvocationError(`${name} has failed, and nobody knows why`));
    if (problem.status === 503) reply.header("retry-after", retryAfter);
    return tellProblem(reply, problem);
  }
  const { href } = actionStatus(invocation, base);
  return tellProblem(reply, {
    type: "about:blank",
    title: STATUS_CODES[504] ?? "",
    status: 504,
    detail: `${name} goes on, and nobody waits for its end any more: see ${href}`,
  });
}

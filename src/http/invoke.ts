import type { FastifyReply, FastifyRequest } from "fastify";
import { BenchdError, DeviceFaultError } from "../errors.ts";
import type { InvocationRecord } from "../invocation/record.ts";
import { type InvocationStatus, isTerminal } from "../invocation/state.ts";
import type { InvokeOptions } from "../thing/action-calls.ts";
import type { Thing } from "../thing/thing.ts";
import { assertSeesBlobs } from "./access/seen-blob.ts";
import { noteAct } from "./acts.ts";
import { askedBy } from "./asked.ts";
import { whileConnected } from "./connected.ts";
import { answerProblem } from "./errors.ts";
import { keyOf, replayHeader } from "./idempotency.ts";
import type { Preference } from "./prefer.ts";
import { startByOf } from "./start-by.ts";
import type { View } from "./view.ts";

/** How long a POST waits for a quick action, unless the action says otherwise. */
export const usualResponseTimeoutMs = 100;

interface Invoking extends Preference {
  readonly thing: Thing;
  readonly name: string;
  /** Drop it unless it starts within this time; milliseconds, the action's unless told. */
  readonly startWithinMs?: number | undefined;
}

/**
 * Invoke an action with the body of a request, in whichever view: once where it has a key, waited for as its client
 * prefers, and not told before it is written down.
 */
export async function invoke(
  request: FastifyRequest,
  reply: FastifyReply,
  { gateway, patience }: View,
  { thing, name, startWithinMs, waitMs, cancelOnDisconnect, applied }: Invoking,
): Promise<InvocationRecord> {
  await assertSeesBlobs(gateway, request.sight, request.body);
  const asked = askedBy(request, gateway);
  // Whoever presses stop means now: the second press is no repetition of the first.
  const key = name === "stop" ? undefined : keyOf(request);
  const startBy = name === "stop" ? undefined : startByOf(request);
  const begin = (startsAfter?: InvokeOptions["startsAfter"]) => {
    // What was accepted under its key is told also when it is too late to begin.
    const within = startBy ? sooner(startBy(), startWithinMs ?? thing.actions[name]?.startWithinMs) : startWithinMs;
    const invocation = thing.invoke(name, request.body, { ...asked, startWithinMs: within, startsAfter });
    noteAct(request, gateway, { what: "action.invoked", thing: thing.name, affordance: name });
    return invocation;
  };
  const { invocation, replayed } = key
    ? await gateway.keys.invocation(key, begin)
    : { invocation: begin(), replayed: false };
  // With this commit a quick action has ended, too: only who waits longer takes a place of those who do.
  await written(gateway, invocation);
  const ended = () => patience.until(invocation, waitMs, reply.raw, { by: request.principal.key });
  const cancel = () => void gateway.cancel(invocation.id, request.principal).catch(alreadyOver);
  if (!isTerminal(invocation.status)) {
    if (cancelOnDisconnect && !replayed) await whileConnected(reply.raw, ended, cancel);
    else await ended();
    await written(gateway, invocation);
  }
  if (applied) reply.header("preference-applied", applied);
  if (replayed) reply.header(replayHeader, "true");
  return invocation;
}

const alreadyOver = () => {};

const sooner = (ms: number, other = Number.POSITIVE_INFINITY) => Math.min(ms, other);

/** As it is by then: it may go on just when what it was before is written. */
async function written(gateway: View["gateway"], invocation: InvocationRecord): Promise<void> {
  for (let status: InvocationStatus | undefined; status !== invocation.status; ) {
    status = invocation.status;
    await gateway.acknowledged(invocation);
  }
}

/** Handlers of properties are a driver's code, which throws what it likes. */
export async function answerBy(
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BenchdError) throw error;
    return answerProblem(thrownError(error), request, reply);
  }
}

export const thrownError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new DeviceFaultError(String(thrown));

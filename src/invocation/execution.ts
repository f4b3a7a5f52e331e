import type { InvocationView } from "../context.ts";
import { BenchdError, DeadlineExceededError, OutputError } from "../errors.ts";
import type { Call } from "./call.ts";
import { type Cause, wasAsked } from "./cause.ts";
import type { Ending } from "./ending.ts";
import type { Frame } from "./frame.ts";
import { climb, lastRungsMs, makeSafe } from "./ladder.ts";
import { assertLight } from "./weigh.ts";

const nobody: InvocationView = { id: "", thing: "", action: "" };

/** What its handler is told of what it runs in. */
const viewOf = ({ record }: Frame): InvocationView =>
  record ? { id: record.id, thing: record.thing, action: record.action } : nobody;

/**
 * Run a call's handler to its one end. Resolves with its checked output; rejects with what ended it: the cause of a
 * cancel that the handler let pass, or what the handler threw.
 */
export async function execute(frame: Frame, call: Pick<Call, "rules" | "run" | "checkOutput">): Promise<unknown> {
  const { timeoutMs } = call.rules;
  if (timeoutMs !== undefined) frame.endsBy = frame.clock.now() + timeoutMs + frame.graceMs + lastRungsMs;
  const deadline =
    timeoutMs === undefined
      ? undefined
      : frame.clock.after(timeoutMs, () => {
          const error = new DeadlineExceededError(`${frame.label} took longer than ${timeoutMs / 1000} s`);
          // What has been asked to end before is late with that, and not for a reason of its own.
          const asked = frame.aborted ? causeAbove(frame) : undefined;
          climb(frame, asked ?? { reason: "deadline", status: "error", error });
        });
  try {
    const output = await orForced(
      frame,
      frame.run(() => call.run(viewOf(frame))),
    );
    call.checkOutput?.(output);
    assertLight(output, `what ${frame.label} returned`);
    return output;
  } catch (thrown) {
    // A driver that fails in a way it did not foresee has not cleaned up either.
    if (!frame.forcing && unforeseen(thrown)) await makeSafe(frame, "failed");
    throw verdict(frame, thrown);
  } finally {
    deadline?.cancel();
    frame.grace?.cancel();
  }
}

/** The same once `begun` has resolved: not if that fails, and not if the call has been ended meanwhile. */
export async function executeAfter(begun: Promise<void>, frame: Frame, call: Call): Promise<unknown> {
  try {
    await begun;
    if (frame.cause) throw frame.cause.error;
  } catch (error) {
    frame.settle();
    throw error;
  }
  return execute(frame, call);
}

/** Why it is being ended, where that is what it is a part of. */
export function causeAbove({ parent }: Frame): Cause | undefined {
  return parent && (parent.cause ?? causeAbove(parent));
}

/** How a call that rejected with `error` has ended: by its cause if that is what it rejected with. */
export function endingOf(frame: Frame, error: Error): Ending {
  const { cause, forcing } = frame;
  // A nested call that was cancelled with its caller rejects with the cancel, which has the cause as its own.
  if (!cause || (error !== cause.error && error.cause !== cause.error)) return { status: "error", error };
  const { status, reason } = cause;
  return { status, reason, error, forced: forcing !== undefined, nothingDone: hasDoneNothing(frame) };
}

/**
 * What goes through Things does something only by calls of theirs, each of which is a step or holds a Thing: one that has
 * only waited, read or asked has none. What a driver's own code does, nobody but itself can know.
 */
const hasDoneNothing = ({ owner, touched, record }: Frame): boolean =>
  owner.standsFor !== undefined && touched.size === 0 && record?.steps.length === 0;

/** The handler's result; or, once the last rungs of the ladder have been climbed, an end without it. */
function orForced<T>(frame: Frame, running: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    frame.onForced = () => reject(frame.cause?.error);
    const settle = (report: () => void) => {
      // Its end is told only after stop and safe state have been tried.
      if (!frame.forcing) report();
    };
    running.then(
      (result) => settle(() => resolve(result)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}

const unforeseen = (thrown: unknown): boolean => !(thrown instanceof BenchdError) || thrown instanceof OutputError;

/** What is to blame: the cause of the cancel if the handler let it pass, else what it threw. */
function verdict({ cause, forcing }: Frame, thrown: unknown): unknown {
  const passed = forcing || wasAsked(thrown);
  return cause && passed ? cause.error : thrown;
}

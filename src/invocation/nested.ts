import type { Call } from "./call.ts";
import { asError, wasAsked } from "./cause.ts";
import { causeAbove, endingOf, execute } from "./execution.ts";
import type { Frame } from "./frame.ts";
import { release } from "./live.ts";
import { writePatienceMs } from "./ticket.ts";

/**
 * Run a call as part of the one that makes it: it enters the lanes as soon as their holders let it, passes the guards,
 * and shows as a step. Whatever becomes of it, its places are free afterwards and its caller waits for it no longer.
 */
export async function executeNested(frame: Frame, call: Call, admit: () => void): Promise<unknown> {
  const { step } = frame;
  try {
    const patienceMs = call.operation === "write" ? writePatienceMs : undefined;
    for (const lane of call.lanes) await lane.enter(frame, patienceMs);
    admit();
    // What it changes without a place in the lane is left safe with all else when it is cut off.
    if (call.operation === "write") frame.touch(call.owner);
  } catch (error) {
    step?.end(stepEnd(frame, error), asError(error).message);
    frame.settle();
    frame.leave();
    release(frame);
    throw error;
  }
  step?.start();
  try {
    const output = await execute(frame, call);
    step?.end("completed");
    return output;
  } catch (error) {
    step?.end(stepEnd(frame, error), asError(error).message);
    throw error;
  } finally {
    frame.leave();
    release(frame);
  }
}

/** A step that ended because what it is part of was asked to has ended as that will. */
function stepEnd(frame: Frame, error: unknown): "completed" | "cancelled" | "error" {
  if (frame.cause) return endingOf(frame, asError(error)).status;
  return wasAsked(error) ? (causeAbove(frame)?.status ?? "error") : "error";
}

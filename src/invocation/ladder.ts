import { bounded } from "../bounded.ts";
import { type CancelReason, FencedError, InvocationCancelledError } from "../errors.ts";
import { asError, type Cause } from "./cause.ts";
import type { Frame } from "./frame.ts";
import type { LaneOwner } from "./lane-owner.ts";

/** How long a device has to confirm a stop, and its outputs to go safe, before the ladder goes on; bench time. */
const stepTimeoutMs = 2000;
/** All of that has to be over after this time, whatever there is to do. */
export const lastRungsMs = 20_000;

/**
 * The ladder: ask, wait for the grace, then fence, stop, make safe, end. The same for every cause. A frame that is on
 * it already only has its grace cut short, never prolonged.
 */
export function climb(frame: Frame, cause: Cause, graceMs = frame.graceMs): void {
  if (frame.settled || frame.forcing) return;
  if (!frame.cause) {
    frame.cause = cause;
    if (!frame.parent) frame.record?.trace.begin("cancel");
    frame.log("info", `${cause.error.message}; ${graceMs / 1000} s to end`);
    frame.abort(new InvocationCancelledError(cause.error.message, cause.reason, { cause: cause.error }));
  } else {
    if (frame.cause.reason === "client" && cause.reason !== "client") frame.further = cause;
    if (graceMs > 0) return;
  }
  frame.grace?.cancel();
  frame.endsBy = frame.clock.now() + graceMs + lastRungsMs;
  if (graceMs > 0) frame.grace = frame.clock.after(graceMs, () => force(frame));
  else force(frame);
}

/** The client's cancel was acknowledged: the work goes on. */
export function descend(frame: Frame): void {
  frame.grace?.cancel();
  frame.grace = undefined;
  frame.endsBy = undefined;
  frame.cause = undefined;
  if (!frame.parent) frame.record?.trace.over("cancel");
  frame.rearm();
  frame.log("info", "cancel acknowledged: going on");
}

function force(frame: Frame): void {
  // First of all, and atomically: whatever it still tries must not reach the device after the stop.
  frame.breakOff(() => new FencedError(`${frame.label} has been cut off and may no longer touch anything`));
  frame.log("warning", "cut off: nothing it still tries reaches a device");
  // What it is a part of may fail with something else, and as nobody's doing.
  if (frame.parent) frame.record?.brokeIn();
  const reason = frame.further?.reason ?? frame.cause?.reason ?? "failed";
  frame.forcing = makeSafe(frame, reason).then(() => {
    quarantineUnsettled(frame);
    frame.onForced?.();
  });
}

/**
 * Stop every Thing whose lane it holds or held, then bring their outputs to their safe values; not those that somebody else
 * works on by now, unless everything is stopped: he would have lost what he does without being told.
 */
export async function makeSafe(frame: Frame, reason: CancelReason): Promise<void> {
  const owners = new Set([...frame.tree()].flatMap(({ touched }) => [...touched]));
  await Promise.all([...owners].map((owner) => takeSteps(owner, reason, frame)));
}

async function takeSteps(owner: LaneOwner, reason: CancelReason, frame: Frame): Promise<void> {
  const { holder } = owner;
  if (holder && holder.root !== frame.root && reason !== "emergency_stop") {
    frame.log("warning", `${owner.name} is left as it is: ${holder.root.label} works on it`);
    return;
  }
  for (const { what, act, moreMs = 0, unconfirmed } of owner.safetySteps(reason)) {
    // Bounded, and its failure told: it never keeps the next step from being tried.
    try {
      await bounded(frame.clock, stepTimeoutMs + moreMs, act());
      frame.log("info", `${owner.name}: ${what}: confirmed`);
    } catch (error) {
      unconfirmed?.(asError(error));
      frame.log("error", `${owner.name}: ${what}: not confirmed (${asError(error).message})`);
    }
  }
}

/** Work that has been cut off but not ended might still be anywhere in its driver's code. */
function quarantineUnsettled(frame: Frame): void {
  const why = `${frame.label} was cut off and has not ended`;
  for (const one of frame.tree()) {
    if (!one.settled) one.owner.quarantine(why, one.whenSettled(), one.generation);
  }
}

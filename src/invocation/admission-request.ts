import type { AdmissionRequest } from "./admission.ts";
import type { Call } from "./call.ts";
import type { Frame } from "./frame.ts";
import type { LaneOwner } from "./lane-owner.ts";

const none: readonly never[] = [];

/** What the guards are asked about a call; `parent` is the call that makes it. */
export function admissionRequest(call: Call, parent?: Frame): AdmissionRequest {
  const { owner, lanes, name, operation, requestedBy } = call;
  const { urgent = false, safe = false, calibrates = false } = call.rules;
  const others = lanes.filter((lane) => lane.owner !== owner);
  // Most take their own Thing alone.
  const takes = others.length === 0 ? [owner] : [...new Set([owner, ...others.map((lane) => lane.owner)])];
  const held = parent ? takes.filter((one) => isHeld(one, parent)) : none;
  const { leases, itself } = parent?.root.requester ?? call;
  return {
    thing: owner.name,
    takes: takes.map((one) => one.name),
    held: held.map((one) => one.name),
    affordance: name,
    operation,
    nested: parent !== undefined,
    urgent,
    safe,
    calibrates,
    requestedBy,
    leases: leases ?? none,
    itself: itself ?? false,
  };
}

/** Whether a call, or one that it is nested in, holds that Thing. */
function isHeld(owner: LaneOwner, by: Frame): boolean {
  for (let frame: Frame | undefined = by; frame; frame = frame.parent)
    if (frame.held.some((lane) => lane.owner === owner)) return true;
  return false;
}

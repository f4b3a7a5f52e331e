import type { Clock } from "../clock.ts";
import { DeadlineExceededError, InvocationCancelledError, NotAllowedError, NotFoundError } from "../errors.ts";
import { Invocation } from "../invocation/invocation.ts";
import type { Journal, Waiting } from "../invocation/journal.ts";
import type { Thing } from "../thing/thing.ts";

interface Parts {
  readonly things: ReadonlyMap<string, Thing>;
  readonly journal: Pick<Journal, "requested" | "changed" | "ended" | "synced"> & {
    readonly waiting: readonly Waiting[];
  };
  /** The process clock. */
  readonly clock: Clock;
}

/**
 * Ask again for what has waited since before benchd was started, in the old order, before anybody else can ask for
 * anything. What is not accepted any more is cancelled, and says why.
 */
export function resume(parts: Parts): void {
  for (const waiting of parts.journal.waiting) {
    try {
      askAgain(waiting, parts);
    } catch (error) {
      cancel(waiting, error, parts);
    }
  }
}

function askAgain(waiting: Waiting, { things, journal }: Parts): void {
  const { thing: name, action, input, requestedBy, requestedFrom, waitedMs, restartWithinMs } = waiting;
  const thing = things.get(name);
  const rules = thing?.actions[action];
  if (!thing || !rules) throw new NotFoundError(`there is no action ${action} of ${name} any more`);
  if (rules.restartWithinMs === undefined)
    throw new NotAllowedError(`${action} of ${name} is not queued again any more`);
  const startWithinMs = Math.min(restartWithinMs, rules.startWithinMs ?? Number.POSITIVE_INFINITY) - waitedMs;
  if (startWithinMs <= 0) throw new DeadlineExceededError(`${action} of ${name} could not start in time`);
  const invocation = thing.invoke(action, input, {
    requestedBy,
    requestedFrom,
    startWithinMs,
    // Its key may have been on its way to the disk only.
    startsAfter: (one) => journal.synced(one),
    again: waiting,
  });
  invocation.write("info", name, "benchd was started again while this waited: it is queued again");
}

function cancel(waiting: Waiting, error: unknown, { journal, clock }: Parts): void {
  const why = error instanceof Error ? error.message : String(error);
  const invocation = new Invocation({
    ...waiting,
    ...{ clock, again: waiting, changed: (one, part) => journal.changed(one, part) },
  });
  journal.requested(invocation);
  const reason = "restart";
  const told = `not queued again after the start of benchd: ${why} (${reason})`;
  invocation.write("info", waiting.thing, told);
  invocation.end({ status: "cancelled", reason, error: new InvocationCancelledError(told, reason) });
  journal.ended(invocation);
  invocation.recorded();
}

import type { Scheduler } from "../invocation/scheduler.ts";
import type { LastInvocation, Reconciled } from "./define.ts";

/** The latest invocation that delivered something with this Thing, if nobody knows its outcome: the counter tells of no other. */
export async function lastUnknown(scheduler: Scheduler, thing: string): Promise<LastInvocation | undefined> {
  const all = await scheduler.list({});
  const last = all.findLast(({ delivery }) => delivery.some((amount) => amount.thing === thing));
  if (!last?.outcome) return undefined;
  const { id, action, delivery } = last;
  return { id, action, delivery: delivery.filter((amount) => amount.thing === thing) };
}

/** Write into its record what the device itself has counted. */
export async function reconcile(
  scheduler: Scheduler,
  thing: string,
  { id }: LastInvocation,
  known: readonly Reconciled[],
): Promise<void> {
  const invocation = await scheduler.find(id);
  for (const amount of known) {
    invocation?.reconcile(thing, amount);
    invocation?.write("info", thing, `the device counted ${amount.confirmed} ${amount.unit}: no longer uncertain`);
  }
}

import type { Scheduler } from "../invocation/scheduler.ts";
import type { LastInvocation } from "./define.ts";

/**
 * The latest invocation that delivered something with this Thing, if nobody knows its outcome: the counter tells of no
 * other. It may be one that an earlier process began.
 */
export async function lastUnknown(scheduler: Scheduler, thing: string): Promise<LastInvocation | undefined> {
  const last = await scheduler.deliveries.lastDelivery(thing);
  if (!last?.outcome) return undefined;
  const { id, action } = last;
  const delivery = last.lastCalls.filter((amount) => amount.thing === thing);
  return delivery.length > 0 ? { id, action, delivery } : undefined;
}

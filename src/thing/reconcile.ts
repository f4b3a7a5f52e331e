import type { Lane } from "../invocation/lane.ts";
import type { LaneOwner } from "../invocation/lane-owner.ts";
import type { Scheduler } from "../invocation/scheduler.ts";
import type { LastInvocation } from "./define.ts";
import type { Life } from "./life.ts";

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

/**
 * Ask the device what the latest invocation has done, as opening it does, if that left something uncertain: its line is
 * back in step, or will be. In its turn, also while an emergency stop is latched. Where it fails it stays uncertain.
 */
export async function askAgain(
  thing: LaneOwner & { readonly lane: Lane },
  life: Life,
  scheduler: Scheduler,
): Promise<void> {
  const { name, lane } = thing;
  const isUncertain = async () =>
    (await scheduler.deliveries.lastDelivery(name))?.delivery.some(
      (amount) => amount.thing === name && amount.uncertain > 0,
    );
  if (!life.handlers?.reconcile || life.state !== "ready" || !(await isUncertain())) return;
  const asking = scheduler.perform({
    ...{ owner: thing, lanes: [lane], name: "reconcile", operation: "write", kind: "read" },
    ...{ rules: { safe: true }, input: null, requestedBy: "the gateway" },
    async run() {
      // Whatever has run in between has made the counter its own.
      const last = await lastUnknown(scheduler, name);
      const handler = life.handlers?.reconcile;
      if (last && handler) await scheduler.deliveries.reconcile(last.id, name, await life.handle(() => handler(last)));
    },
  });
  await asking.catch((error: unknown) => scheduler.log(name, "info", `what it did last stays uncertain: ${error}`));
}

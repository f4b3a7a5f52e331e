import type { Lane } from "../invocation/lane.ts";
import type { LaneOwner } from "../invocation/lane-owner.ts";
import type { Scheduler } from "../invocation/scheduler.ts";
import { codeField } from "../log-fields.ts";
import type { LastInvocation, Reconciled } from "./define.ts";
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
  const ask = async () => {
    if (!life.handlers?.reconcile || life.state !== "ready" || !(await isUncertain(scheduler, name))) return;
    await scheduler.perform({
      ...{ owner: thing, lanes: [lane], name: "reconcile", operation: "write", kind: "read" },
      ...{ rules: { safe: true }, input: null, requestedBy: "the gateway" },
      async run() {
        // Whatever has run in between has made the counter its own.
        const last = await lastUnknown(scheduler, name);
        const handler = life.handlers?.reconcile;
        if (last && handler) await note(scheduler, name, last, await life.handle(() => handler(last)));
      },
    });
  };
  await ask().catch((error: unknown) =>
    scheduler.log(name, "info", `what it did last stays uncertain: ${error}`, codeField(error)),
  );
}

/** Write into the record of an invocation what the device tells of it; of nothing else, and no nonsense. */
export async function note(
  scheduler: Scheduler,
  thing: string,
  { id, action, delivery }: LastInvocation,
  known: readonly Reconciled[],
): Promise<void> {
  const asked = new Set(delivery.map(({ unit }) => unit));
  const isAmount = (value: number) => Number.isFinite(value) && value >= 0;
  const fits = (one: Reconciled) => asked.has(one.unit) && isAmount(one.confirmed) && isAmount(one.requested);
  for (const one of known)
    if (!fits(one))
      scheduler.log(thing, "warning", `${JSON.stringify(one)} is no answer to what it did last: not noted`, {
        ...{ action, invocation: id },
      });
  await scheduler.deliveries.reconcile(id, thing, known.filter(fits));
}

async function isUncertain(scheduler: Scheduler, thing: string): Promise<boolean> {
  const last = await scheduler.deliveries.lastDelivery(thing);
  return last?.delivery.some((amount) => amount.thing === thing && amount.uncertain > 0) ?? false;
}

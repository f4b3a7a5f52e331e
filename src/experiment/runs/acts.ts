import { didYouMean } from "../../did-you-mean.ts";
import { NotFoundError } from "../../errors.ts";
import { asError } from "../../invocation/cause.ts";
import type { Thing } from "../../thing/thing.ts";

/** Do an action as a step of the invocation that this runs in. */
export async function invokeNested(thing: Thing, action: string, input: unknown, by: string): Promise<unknown> {
  if (action === "stop" && Object.hasOwn(thing.actions, action)) return stop(thing, by);
  const invoke = own(thing.handle.invoke, thing, "action", action);
  return invoke(input);
}

/** Write a property as a part of the invocation that this runs in. */
export async function writeNested(thing: Thing, property: string, value: unknown): Promise<void> {
  await own(thing.handle.write, thing, "property", property)(value);
}

/** What runs by itself beside everything, and is no part of any invocation. */
async function stop(thing: Thing, by: string): Promise<unknown> {
  const invocation = thing.invoke("stop", null, { requestedBy: by });
  await invocation.over;
  if (invocation.status !== "completed") throw asError(invocation.error);
  return invocation.output;
}

function own<Doing>(table: Readonly<Record<string, Doing>>, thing: Thing, sort: string, name: string): Doing {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found) return found;
  throw new NotFoundError(`${thing.name} has no ${sort} ${name}${didYouMean(name, Object.keys(table))}`);
}

import { didYouMean } from "../../did-you-mean.ts";
import { NotFoundError } from "../../errors.ts";
import type { Thing } from "../../thing/thing.ts";

/** Do an action as a step of the invocation that this runs in. */
export async function invokeNested(thing: Thing, action: string, input: unknown): Promise<unknown> {
  return own(thing.handle.invoke, thing, "action", action)(input);
}

/** Write a property as a part of the invocation that this runs in. */
export async function writeNested(thing: Thing, property: string, value: unknown): Promise<void> {
  await own(thing.handle.write, thing, "property", property)(value);
}

function own<Doing>(table: Readonly<Record<string, Doing>>, thing: Thing, sort: string, name: string): Doing {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found) return found;
  throw new NotFoundError(`${thing.name} has no ${sort} ${name}${didYouMean(name, Object.keys(table))}`);
}

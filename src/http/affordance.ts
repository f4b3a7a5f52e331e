import type { ActionAffordance, EventAffordance, PropertyAffordance, StreamAffordance } from "../thing/affordance.ts";
import type { Thing } from "../thing/thing.ts";

const read = ["GET", "HEAD"];
const property = ["GET", "HEAD", "PUT"];
const action = ["GET", "HEAD", "POST"];

/** The property of that name, and nothing that merely sits on the prototype. */
export function propertyOf(thing: Thing, name: string): PropertyAffordance | undefined {
  const properties = thing.definition.properties ?? {};
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}

export function actionOf(thing: Thing, name: string): ActionAffordance | undefined {
  return Object.hasOwn(thing.actions, name) ? thing.actions[name] : undefined;
}

export function streamOf({ definition: { streams = {} } }: Thing, name: string): StreamAffordance | undefined {
  return Object.hasOwn(streams, name) ? streams[name] : undefined;
}

export function eventOf({ definition: { events = {} } }: Thing, name: string): EventAffordance | undefined {
  return Object.hasOwn(events, name) ? events[name] : undefined;
}

/**
 * Whether there may be such an action. Only the Thing knows whether its driver can stop the device, and until it has been
 * open not even the Thing does.
 */
export const mayInvoke = (thing: Thing, name: string): boolean =>
  actionOf(thing, name) !== undefined || (name === "stop" && methodsOf(thing, name).length === 0);

/** The methods that an affordance answers to; none, when the Thing has none of that name. */
export function methodsOf(thing: Thing, name: string): readonly string[] {
  const found = propertyOf(thing, name);
  if (found) return found.readOnly ? read : property;
  // No affordance may have that name: it is where a WebSocket is opened.
  if (streamOf(thing, name) || name === "ws") return read;
  return actionOf(thing, name) ? action : [];
}

import type { AnyThing } from "../../../src/thing/define.ts";
import type { Subject } from "./subject.ts";

/** What an opening of a driver is given, and what it returns. */
export type Context = Parameters<AnyThing["open"]>[0];
export type Handlers = Awaited<ReturnType<AnyThing["open"]>>;

/** The same subject with a flaw in its driver: `flaw` gets what each opening has returned, and gives what it returns then. */
export function tampered(subject: Subject, flaw: (handlers: Handlers, context: Context) => Handlers): Subject {
  const { contract, placed } = subject;
  const flawed = (definition: AnyThing): AnyThing => {
    const { configured } = definition;
    return {
      ...definition,
      ...(configured && { configured: (config: object) => flawed(configured(config)) }),
      open: async (context) => flaw(await definition.open(context), context),
    };
  };
  const things = { ...contract.things, [contract.thing]: { ...placed, definition: flawed(placed.definition) } };
  return { ...subject, contract: { ...contract, things } };
}

/** The same handlers with another one for an action. */
export function replaced(
  handlers: Handlers,
  action: string,
  by: (act: () => Promise<unknown>) => unknown,
  asLongAs: () => boolean,
): Handlers {
  const act: unknown = handlers.invoke?.[action];
  if (typeof act !== "function") throw new Error(`there is no handler of ${action}`);
  const handler = (...args: readonly unknown[]) => (asLongAs() ? by(async () => act(...args)) : act(...args));
  return { ...handlers, invoke: { ...handlers.invoke, [action]: handler } };
}

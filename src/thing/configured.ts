import { BenchdError, DefinitionError } from "../errors.ts";
import type { Static, TSchema } from "../typebox.ts";
import type { EventAffordance, Table } from "./affordance.ts";
import { checkDefinition } from "./check-definition.ts";
import type { AnyThing, Hooks, OpenContext, ThingDefinition } from "./define.ts";

/** What a driver is, whatever its configuration. */
interface About<C extends TSchema> {
  readonly title: string;
  readonly description?: string;
  readonly config: C;
}

/** What it offers under one configuration. Its handlers are looked up by name, so no compiler holds them against it. */
interface Offer<C extends TSchema> extends Omit<ThingDefinition<C>, keyof About<C> | "configured" | "open"> {
  open(context: OpenContext<Static<C>, Table<EventAffordance>, Record<never, never>>): Promise<OfferHandlers>;
}

interface OfferHandlers extends Hooks {
  readonly read: Table<() => unknown>;
  readonly write: Table<(value: unknown) => void | Promise<void>>;
  readonly invoke: Table<(input: unknown) => unknown>;
}

/**
 * Define a Thing whose affordances are the configuration's: `offer` gets the configuration, checked and with defaults,
 * and returns what a definition has beside it. It runs whenever a configuration is checked, without a device: it may
 * only compute. What no schema can refuse it refuses with an `InputError`, whose issues say where.
 *
 * @example export default configured({ title: "Relay board", config }, ({ relays }) => ({ properties: …, open: … }));
 */
export function configured<C extends TSchema>(about: About<C>, offer: (config: Static<C>) => Offer<C>): AnyThing {
  const define = (config: Static<C>): AnyThing => ({ ...about, ...offer(config) });
  return { ...about, configured: define, open: (context) => define(context.config as Static<C>).open(context) };
}

/** `definition` as it is under `config`; throws a `DefinitionError`, or the `InputError` by which it refuses `config`. */
export function fitted(definition: AnyThing, config: unknown, name: string): AnyThing {
  if (!definition.configured) return definition;
  return checkDefinition(offered(definition.configured, config, name), name);
}

function offered(configure: NonNullable<AnyThing["configured"]>, config: unknown, name: string): AnyThing {
  try {
    return configure(config);
  } catch (cause) {
    if (cause instanceof BenchdError) throw cause;
    throw new DefinitionError(`the driver ${name} fails on its configuration: ${cause}`, { cause });
  }
}

import type { AnyThing } from "./define.ts";

/** What a slot says of itself that may be left empty. */
export interface MayBeEmpty {
  readonly optional: true;
}

/**
 * A slot that the configuration may leave empty: the handle in `things` is then undefined.
 *
 * @example uses: { balance: optional(balance) }
 */
export const optional = <D extends AnyThing>(definition: D): D & MayBeEmpty => ({ ...definition, optional: true });

/** Whether nothing has to stand in the slot of that definition. */
export const mayBeEmpty = (wanted: AnyThing): boolean => "optional" in wanted && wanted.optional === true;

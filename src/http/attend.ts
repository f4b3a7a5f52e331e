import type { PropertyAffordance } from "../thing/affordance.ts";
import type { Thing } from "../thing/thing.ts";

/** The properties of a Thing of whose changes it tells. */
export const observables = ({ definition: { properties = {} } }: Thing): readonly string[] =>
  Object.entries<PropertyAffordance>(properties).flatMap(([name, { observable }]) => (observable ? [name] : []));

/** Have these Things tell of changes of what is observable there, as long as somebody wants to know; returns how to cease. */
export function attend(things: readonly Thing[]): () => void {
  const all = things.flatMap((thing) => observables(thing).map((name) => thing.attend(name)));
  return () => {
    for (const cease of all) cease();
  };
}

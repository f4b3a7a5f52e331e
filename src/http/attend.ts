import type { Gateway } from "../gateway/gateway.ts";
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

/** As `begin` says, and anew whenever the configuration was read again: Things of the same names may be others. */
export function attendOn({ events }: Pick<Gateway, "events">, begin: () => () => void): () => void {
  let cease = begin();
  const leave = events.listen(({ event }) => {
    if (event.kind !== "configuration") return;
    cease();
    cease = begin();
  });
  return () => {
    leave();
    cease();
  };
}

import { isDeepStrictEqual } from "node:util";
import type { InterlockConfig } from "./config/config.ts";
import type { Interlock } from "./interlock.ts";

/** What an interlock is, whatever it is called. */
export const withoutName = ({ name: _, ...rest }: InterlockConfig): object => JSON.parse(JSON.stringify(rest));

export const isSameButName = (one: InterlockConfig, other: InterlockConfig): boolean =>
  isDeepStrictEqual(withoutName(one), withoutName(other));

/** By the name of each interlock that stands for another one from now on: that one. What has tripped goes first. */
export function successors(
  before: ReadonlyMap<string, Interlock>,
  configs: Iterable<InterlockConfig>,
): ReadonlyMap<string, Interlock> {
  const all = [...configs];
  const names = new Set(all.map(({ name }) => name));
  const gone = [...before.values()].filter(({ name }) => !names.has(name));
  const left = new Set([...gone.filter(({ trip }) => trip), ...gone.filter(({ trip }) => !trip)]);
  return new Map(
    all.flatMap((config) => {
      const found = before.get(config.name) ?? [...left].find((one) => isSameButName(one.config, config));
      if (!found) return [];
      left.delete(found);
      return [[config.name, found]];
    }),
  );
}

/** What interlocks that have tripped would let go of if these took their places, without a reset; each in words. */
export function letGo(
  interlocks: readonly Interlock[],
  next: { readonly interlocks: ReadonlyMap<string, InterlockConfig>; readonly things: ReadonlyMap<string, unknown> },
): readonly string[] {
  const before = new Map(interlocks.map((one) => [one.name, one]));
  const after = new Map([...successors(before, next.interlocks.values())].map(([name, one]) => [one, name]));
  return interlocks.flatMap((one) => {
    if (!one.trip) return [];
    const config = next.interlocks.get(after.get(one) ?? "");
    const why = `has tripped (${one.trip.why})`;
    if (!config) return [`the interlock ${one.name} ${why}, and would be gone: reset it first`];
    // Of a Thing that is taken away nothing stays on.
    const lost = one.config.outputs.filter(
      ({ thing, output }) =>
        next.things.has(thing) && !config.outputs.some((other) => other.thing === thing && other.output === output),
    );
    return lost.map(
      ({ thing, output }) => `the interlock ${one.name} ${why}, and would let go of ${thing}.${output}: reset it first`,
    );
  });
}

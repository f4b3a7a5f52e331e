import { isDeepStrictEqual } from "node:util";
import type { InterlockConfig } from "./config/config.ts";
import type { Interlock } from "./interlock.ts";

/** What an interlock is, whatever it is called. */
export const withoutName = ({ name: _, ...rest }: InterlockConfig): object => JSON.parse(JSON.stringify(rest));

export const isSameButName = (one: InterlockConfig, other: InterlockConfig): boolean =>
  isDeepStrictEqual(withoutName(one), withoutName(other));

/** One that there was: its name, and what it was; that is unknown in a file of an older version. */
interface Known {
  readonly name: string;
  readonly of: unknown;
}

type Rule = (one: Known, config: InterlockConfig) => boolean;

const isCalledSo: Rule = ({ name }, config) => name === config.name;
const isSuch: Rule = ({ of }, config) => isDeepStrictEqual(of, withoutName(config));

/** What it is goes before what it is called: where names are exchanged, each is found under its other name. */
const rules: readonly Rule[] = [(one, config) => isCalledSo(one, config) && isSuch(one, config), isSuch, isCalledSo];

/** By the name of each of `configs` that stands for one of `known`: that one. Where several might be, the first of them. */
export function standingFor<T extends Known>(
  known: Iterable<T>,
  configs: readonly InterlockConfig[],
): ReadonlyMap<string, T> {
  const left = new Set(known);
  const found = new Map<string, T>();
  for (const rule of rules)
    for (const config of configs) {
      const one = found.has(config.name) ? undefined : [...left].find((other) => rule(other, config));
      if (!one) continue;
      found.set(config.name, one);
      left.delete(one);
    }
  return found;
}

/** By the name of each interlock that stands for another one from now on: that one. What has tripped goes first. */
export function successors(
  before: ReadonlyMap<string, Interlock>,
  configs: Iterable<InterlockConfig>,
): ReadonlyMap<string, Interlock> {
  const all = [...before.values()];
  const inOrder = [...all.filter(({ trip }) => trip), ...all.filter(({ trip }) => !trip)];
  const known = inOrder.map((interlock) => ({ name: interlock.name, of: withoutName(interlock.config), interlock }));
  return new Map([...standingFor(known, [...configs])].map(([name, { interlock }]) => [name, interlock]));
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

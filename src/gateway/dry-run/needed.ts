import type { Config, ThingConfig } from "../config/config.ts";
import { partsOf } from "../outputs.ts";

/**
 * A configuration with those Things only that matter where these are worked with: what they use, what cuts their outputs
 * off, and what an interlock on them watches. A bench of twenty costs twenty times as much to simulate as one of one.
 */
export function needed(config: Config, things: Iterable<string>): Config {
  const names = new Set<string>();
  const visit = (name: string): void => {
    const entry = config.things.get(name);
    if (!entry || names.has(name)) return;
    names.add(name);
    for (const other of [...Object.values(entry.uses), ...cutters(entry)]) visit(other);
    for (const { thing, outputs } of config.interlocks.values())
      if (outputs.some((output) => output.thing === name))
        for (const one of [thing, ...outputs.map((o) => o.thing)]) visit(one);
  };
  for (const name of things) visit(name);
  return {
    ...config,
    things: new Map([...config.things].filter(([name]) => names.has(name))),
    interlocks: new Map(
      [...config.interlocks].filter(([, { outputs }]) => outputs.some(({ thing }) => names.has(thing))),
    ),
  };
}

/** What an output is cut off by is named as `relays.pump_power`. */
const cutters = ({ outputs }: ThingConfig): readonly string[] =>
  Object.values(outputs).flatMap(({ cutBy }) => (cutBy === undefined ? [] : partsOf(cutBy)[0]));

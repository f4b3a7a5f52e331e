import { didYouMean } from "../../did-you-mean.ts";
import type { OutputContract } from "../../thing/affordance.ts";
import type { AnyThing } from "../../thing/define.ts";
import { brokenPromises, contradictions } from "../../thing/output-policies.ts";
import { asWanted, partsOf, reachOf } from "../outputs.ts";
import type { Config, OutputSettings, ThingConfig } from "./config.ts";
import type { ConfigFile } from "./file.ts";

interface Known {
  readonly definitions: ReadonlyMap<string, AnyThing>;
  /** Filled, by the name of the Thing. */
  readonly configs: ReadonlyMap<string, object>;
}

/** Hold what the bench wants of outputs against what their drivers say, and what wires can do. */
export function checkOutputs(source: ConfigFile, config: Config, { definitions, configs }: Known): void {
  for (const entry of config.things.values()) {
    const definition = definitions.get(entry.name);
    if (!definition) continue;
    const { outputs = {} } = definition;
    checkNames(source, entry, Object.keys(outputs));
    const filled = configs.get(entry.name);
    for (const [name, contract] of Object.entries<OutputContract>(outputs)) {
      const settings = entry.outputs[name];
      const path = ["things", entry.name, "outputs", name];
      if (settings) checkLimits(source, path, contract, settings);
      const wanted = asWanted(contract, settings);
      const promises = filled ? brokenPromises(wanted, reachOf(entry, definition, filled, name)) : [];
      for (const { field, message } of [...contradictions(wanted), ...promises])
        source.mistake(placed(source, path, field), `the output "${name}" of ${entry.name}: ${message}`);
      if (wanted.onStop === "hold" && Object.hasOwn(entry.gpio, name) && config.gpio.backend === "sysfs")
        source.mistake(
          placed(source, path, "onStop"),
          `"backend: sysfs" cannot hand a line on: take the character device, or leave hold out`,
        );
      if (settings?.cutBy !== undefined) checkCut(source, config, definitions, entry.name, name, settings.cutBy);
    }
  }
}

/** What is a field's fault stands there, unless the driver has said it. */
const placed = (source: ConfigFile, path: readonly string[], field: string) =>
  [[...path, field], path].find((place) => source.has(place)) ?? path.slice(0, 2);

function checkNames(source: ConfigFile, { name, driver, outputs }: ThingConfig, known: readonly string[]): void {
  for (const output of Object.keys(outputs)) {
    if (known.includes(output)) continue;
    const all = known.length > 0 ? `: its outputs are ${known.join(", ")}` : ": it has none";
    const hint = didYouMean(output, known) || all;
    source.mistake(["things", name, "outputs", output], `the driver ${driver} has no output "${output}"${hint}`, "key");
  }
}

/** What a driver allows its output a bench may narrow, not widen. */
function checkLimits(
  source: ConfigFile,
  path: readonly string[],
  contract: OutputContract,
  settings: OutputSettings,
): void {
  for (const field of ["maxOnMs", "renewEveryMs"] as const) {
    const allowed = contract[field];
    const wanted = settings[field];
    if (allowed !== undefined && wanted !== undefined && wanted > allowed)
      source.mistake(
        [...path, field],
        `its driver allows no more than ${allowed} ms: make it shorter, or leave it out`,
      );
  }
}

function checkCut(
  source: ConfigFile,
  { things }: Config,
  definitions: ReadonlyMap<string, AnyThing>,
  owner: string,
  output: string,
  cutBy: string,
): void {
  const [thing, name] = partsOf(cutBy);
  const path = ["things", owner, "outputs", output, "cutBy"];
  const cuts = definitions.get(thing)?.outputs;
  if (!things.has(thing)) {
    const hint = didYouMean(thing, [...things.keys()]) || ": name one of this file";
    source.mistake(path, `there is no Thing "${thing}"${hint}`);
    return;
  }
  // A Thing whose driver cannot be read has been told of already.
  if (!definitions.has(thing)) return;
  if (!cuts || !Object.hasOwn(cuts, name)) {
    const known = Object.keys(cuts ?? {});
    const hint = didYouMean(name, known) || (known.length > 0 ? `: it has ${known.join(", ")}` : ": it has none");
    source.mistake(path, `${thing} has no output "${name}"${hint}`);
    return;
  }
  const circle = circleFrom(things, `${owner}.${output}`);
  if (circle)
    source.mistake(path, `${circle.join(" is cut by ")}: nothing is left to cut them all, leave one of these out`);
}

function circleFrom(things: Config["things"], start: string): readonly string[] | undefined {
  const chain = [start];
  for (;;) {
    const [thing, name] = partsOf(chain.at(-1) ?? "");
    const next = things.get(thing)?.outputs[name]?.cutBy;
    if (next === undefined) return undefined;
    // One that only leads into a circle is told of where the circle is.
    if (chain.includes(next)) return next === start ? [...chain, next] : undefined;
    chain.push(next);
  }
}

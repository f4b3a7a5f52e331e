import { isDeepStrictEqual } from "node:util";
import { didYouMean } from "../../did-you-mean.ts";
import { closed, validator } from "../../schema.ts";
import type { OutputContract, PropertyAffordance } from "../../thing/affordance.ts";
import type { AnyThing } from "../../thing/define.ts";
import { noThing } from "./alarm-rules.ts";
import type { Config, InterlockConfig } from "./config.ts";
import type { ConfigFile, Path } from "./file.ts";
import { note } from "./judge.ts";

type Definitions = ReadonlyMap<string, AnyThing>;

/** Hold the interlocks against what the Things of the configuration offer. */
export function checkInterlocks(source: ConfigFile, config: Config, definitions: Definitions): void {
  const interlocks = [...config.interlocks.values()];
  for (const interlock of interlocks) {
    checkWatched(source, interlock, config, definitions);
    for (const [at, one] of interlock.outputs.entries())
      checkOutput(source, interlock, { at, ...one }, config, definitions);
  }
  checkAgreement(source, interlocks, definitions);
  checkCircles(source, interlocks, definitions);
}

function checkWatched(
  source: ConfigFile,
  { name, thing, property, equals }: InterlockConfig,
  { things }: Config,
  definitions: Definitions,
): void {
  const path = ["interlocks", name];
  if (!things.has(thing)) return void source.mistake([...path, "thing"], noThing(thing, things));
  // A Thing whose driver cannot be used has its own mistake.
  const properties: Readonly<Record<string, PropertyAffordance>> | undefined = definitions.has(thing)
    ? (definitions.get(thing)?.properties ?? {})
    : undefined;
  if (!properties) return;
  const watched = Object.hasOwn(properties, property) ? properties[property] : undefined;
  if (!watched) {
    const all = Object.keys(properties);
    const hint = didYouMean(property, all) || (all.length > 0 ? `: it has ${all.join(", ")}` : ": it has none");
    return void source.mistake([...path, "property"], `${thing} has no property "${property}"${hint}`);
  }
  const schema = closed(watched.schema);
  for (const issue of validator(schema).issues(equals)) note(source, schema, issue, [...path, "equals"]);
}

function checkOutput(
  source: ConfigFile,
  { name }: InterlockConfig,
  { at, thing, output, value }: InterlockConfig["outputs"][number] & { readonly at: number },
  { things }: Config,
  definitions: Definitions,
): void {
  const listed: Path = ["interlocks", name, "outputs"];
  const path = [...listed, value === undefined ? String(at) : `${thing}.${output}`];
  const entry = things.get(thing);
  if (!entry) return void source.mistake(path, noThing(thing, things));
  if (!definitions.has(thing)) return;
  const outputs: Readonly<Record<string, OutputContract>> = definitions.get(thing)?.outputs ?? {};
  const contract = Object.hasOwn(outputs, output) ? outputs[output] : undefined;
  if (!contract) {
    const all = Object.keys(outputs);
    const hint = didYouMean(output, all) || (all.length > 0 ? `: it has ${all.join(", ")}` : ": it drives nothing");
    source.mistake(path, `${thing} has no output "${output}"${hint}`);
  } else if (value !== undefined && typeof value !== typeof contract.safe)
    source.mistake(
      path,
      `${thing}.${output} is ${JSON.stringify(contract.safe)} when it is safe, so it cannot be ${value}`,
    );
  else if (value !== undefined && value !== contract.safe && !Object.hasOwn(entry.gpio, output))
    source.mistake(path, `only a pin can be given another value than the safe one: list ${thing}.${output} without it`);
}

/** Of two that have tripped, none may undo what the other does. */
function checkAgreement(source: ConfigFile, interlocks: readonly InterlockConfig[], definitions: Definitions): void {
  const wanted = new Map<string, { readonly by: string; readonly value: unknown }>();
  for (const { name, outputs } of interlocks) {
    for (const { thing, output, value } of outputs) {
      const key = `${thing}.${output}`;
      const meant = value ?? definitions.get(thing)?.outputs?.[output]?.safe;
      const other = wanted.get(key);
      if (!other) wanted.set(key, { by: name, value: meant });
      else if (!isDeepStrictEqual(other.value, meant))
        source.mistake(
          ["interlocks", name, "outputs"],
          `${name} wants ${key} to be ${meant}, and ${other.by} wants ${other.value}: let them agree`,
        );
    }
  }
}

/** One that switches off what it watches itself, by whatever detour, could never be reset. */
function checkCircles(source: ConfigFile, interlocks: readonly InterlockConfig[], definitions: Definitions): void {
  const drivenBy = ({ thing, property }: InterlockConfig) => {
    const drives = definitions.get(thing)?.properties?.[property]?.drives;
    return drives === undefined ? undefined : `${thing}.${drives}`;
  };
  const violates = (one: InterlockConfig, other: InterlockConfig) =>
    one.outputs.some(({ thing, output, value = definitions.get(thing)?.outputs?.[output]?.safe }) => {
      return drivenBy(other) === `${thing}.${output}` && !isDeepStrictEqual(value, other.equals);
    });
  const next = (one: InterlockConfig) => interlocks.filter((other) => violates(one, other));
  const done = new Set<InterlockConfig>();
  const follow = (one: InterlockConfig, chain: readonly InterlockConfig[]): void => {
    if (done.has(one)) return;
    const path = [...chain, one];
    for (const other of next(one)) {
      const from = path.indexOf(other);
      if (from < 0) follow(other, path);
      else {
        const circle = [...path.slice(from), other].map(({ name }) => name).join(" trips ");
        source.mistake(
          ["interlocks", one.name, "outputs"],
          `${circle}: they could never be reset, leave one of these out`,
        );
      }
    }
    done.add(one);
  };
  for (const one of interlocks) follow(one, []);
}

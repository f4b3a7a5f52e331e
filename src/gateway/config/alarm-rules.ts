import type { Condition } from "../../condition.ts";
import { didYouMean } from "../../did-you-mean.ts";
import type { PropertyAffordance } from "../../thing/affordance.ts";
import type { AnyThing } from "../../thing/define.ts";
import type { Config } from "./config.ts";
import { maxEntries } from "./entry.ts";
import type { ConfigFile } from "./file.ts";

type Definitions = ReadonlyMap<string, AnyThing>;

/** Hold alarms and notifiers against each other, and against what the Things of the configuration offer. */
export function checkAlarms(source: ConfigFile, config: Config, definitions: Definitions): void {
  const { things, alarms = [], notifiers = [] } = config;
  const ways = notifiers.map(({ name }) => name);
  for (const section of ["schedules", "alarms", "notifiers"])
    if (source.keys([section]).length > maxEntries)
      source.mistake([section], `there may be ${maxEntries} entries, no more: nobody could oversee them`, "key");
  for (const { name, watched, notify } of alarms) {
    const path = ["alarms", name];
    for (const [at, way] of notify.entries())
      if (!source.keys(["notifiers"]).includes(way)) {
        const hint = didYouMean(way, ways) || ": add it below notifiers:, with mail: or webhook:";
        source.mistake([...path, "notify", String(at)], `there is no notifier "${way}"${hint}`);
      }
    if (watched.kind === "lost" && !things.has(watched.thing))
      source.mistake([...path, "lost"], noThing(watched.thing, things));
    if (watched.kind === "condition") checkCondition(source, [...path, "when"], watched.condition, config, definitions);
  }
}

/** Note a condition that can never be met, as there is no such property, or it is of another kind. */
export function checkCondition(
  source: ConfigFile,
  path: readonly string[],
  { thing, property, comparison, value }: Condition,
  { things }: Config,
  definitions: Definitions,
): void {
  if (!things.has(thing)) return void source.mistake(path, noThing(thing, things));
  // A Thing whose driver cannot be used has its own mistake.
  const definition = definitions.get(thing);
  if (!definition) return;
  const properties: Readonly<Record<string, PropertyAffordance>> = definition.properties ?? {};
  const watched = Object.hasOwn(properties, property) ? properties[property] : undefined;
  if (!watched) {
    const all = Object.keys(properties);
    const hint = didYouMean(property, all) || (all.length > 0 ? `: it has ${all.join(", ")}` : ": it has none");
    return void source.mistake(path, `${thing} has no property "${property}"${hint}`);
  }
  const { type } = watched.schema as { readonly type?: unknown };
  if (typeof type !== "string") return;
  const wanted = type === "integer" ? "number" : type;
  const compared = ["==", "!="].includes(comparison) ? typeof value : "number";
  if (["number", "boolean", "string"].includes(wanted) && wanted !== compared)
    source.mistake(path, `${thing}.${property} is a ${wanted}, which is never ${comparison} ${JSON.stringify(value)}`);
}

/** That there is no such Thing, and which may be meant. */
export const noThing = (name: string, things: ReadonlyMap<string, unknown>): string =>
  `there is no Thing "${name}"${didYouMean(name, [...things.keys()]) || ": name one that is below things:"}`;

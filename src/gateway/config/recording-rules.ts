import { didYouMean } from "../../did-you-mean.ts";
import type { AnyThing } from "../../thing/define.ts";
import { checkCondition, noThing } from "./alarm-rules.ts";
import type { Config } from "./config.ts";
import type { ConfigFile } from "./file.ts";

/** So many at a time leave room for those that people begin. */
const maxConfigured = 32;

/** Hold what is to be recorded against what the Things of the configuration offer. */
export function checkRecordings(source: ConfigFile, config: Config, definitions: ReadonlyMap<string, AnyThing>): void {
  const { things, recordings = [] } = config;
  if (source.keys(["recordings"]).length > maxConfigured)
    source.mistake(
      ["recordings"],
      `there may be ${maxConfigured} entries: record several properties in one, or less`,
      "key",
    );
  for (const { name, properties, when } of recordings) {
    const path = ["recordings", name];
    if (when) checkCondition(source, [...path, "when"], when, config, definitions);
    for (const [at, { thing, property }] of properties.entries()) {
      const place = [...path, "properties", String(at)];
      if (!things.has(thing)) {
        source.mistake(place, noThing(thing, things));
        continue;
      }
      // A Thing whose driver cannot be used has its own mistake.
      const definition = definitions.get(thing);
      const all = Object.keys(definition?.properties ?? {});
      if (!definition || all.includes(property)) continue;
      const hint = didYouMean(property, all) || (all.length > 0 ? `: it has ${all.join(", ")}` : ": it has none");
      source.mistake(place, `${thing} has no property "${property}"${hint}`);
    }
  }
}

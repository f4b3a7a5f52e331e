import { ConfigError } from "../../errors.ts";
import { driverConfig } from "../../gateway/bench.ts";
import type { Catalogue } from "../../gateway/catalogue.ts";
import type { Config } from "../../gateway/config/config.ts";
import { fitted } from "../../thing/configured.ts";
import type { AnyThing } from "../../thing/define.ts";
import { acceptsSlot } from "../../thing/slot.ts";
import type { Dialogue } from "./dialogue.ts";

/** Which Thing of the configuration is in each slot. */
export async function askSlots(
  dialogue: Dialogue,
  definition: AnyThing,
  { config, catalogue }: { readonly config: Config | undefined; readonly catalogue: Catalogue },
): Promise<Record<string, string>> {
  const uses: Record<string, string> = {};
  for (const [slot, wanted] of Object.entries<AnyThing>(definition.uses ?? {})) {
    const fitting: string[] = [];
    for (const entry of config?.things.values() ?? []) {
      const known = await catalogue.definition(entry.driver);
      const offered = fitted(known, driverConfig(entry, known), entry.driver);
      if (acceptsSlot(wanted, offered).length === 0) fitting.push(entry.name);
    }
    if (fitting.length === 0)
      throw new ConfigError(`it works with a Thing like "${wanted.title}", and there is none yet: add that one first`);
    dialogue.say(`It works with a Thing like "${wanted.title}" as its ${slot}:`);
    uses[slot] = await dialogue.pick("Which one?", fitting, (name) => name);
  }
  return uses;
}

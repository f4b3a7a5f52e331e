import { ConfigError } from "../../errors.ts";
import { driverConfig } from "../../gateway/bench.ts";
import type { Catalogue } from "../../gateway/catalogue.ts";
import type { Config } from "../../gateway/config/config.ts";
import { fitted } from "../../thing/configured.ts";
import type { AnyThing } from "../../thing/define.ts";
import { mayBeEmpty } from "../../thing/optional.ts";
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
    if (fitting.length === 0 && mayBeEmpty(wanted)) continue;
    if (fitting.length === 0)
      throw new ConfigError(`it works with a Thing like "${wanted.title}", and there is none yet: add that one first`);
    const empty = mayBeEmpty(wanted);
    dialogue.say(`It works with a Thing like "${wanted.title}" as its ${slot}${empty ? ", if it has one" : ""}:`);
    const all = empty ? [undefined, ...fitting] : fitting;
    const chosen = await dialogue.pick("Which one?", all, (name) => name ?? "none");
    if (chosen !== undefined) uses[slot] = chosen;
  }
  return uses;
}

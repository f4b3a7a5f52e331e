import { fitted } from "../thing/configured.ts";
import type { AnyThing } from "../thing/define.ts";
import { driverConfig } from "./bench.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Config } from "./config/config.ts";

/** What each Thing of a sound configuration offers, by name, without any of them being opened. */
export async function definitionsOf(
  config: Config,
  catalogue: Catalogue,
): Promise<ReadonlyMap<string, { readonly definition: AnyThing }>> {
  const all = new Map<string, { readonly definition: AnyThing }>();
  for (const entry of config.things.values()) {
    const known = await catalogue.definition(entry.driver);
    all.set(entry.name, { definition: fitted(known, driverConfig(entry, known), entry.driver) });
  }
  return all;
}

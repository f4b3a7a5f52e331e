import { resolve } from "node:path";
import type { Catalogue } from "../../gateway/catalogue.ts";
import { isPath } from "../../gateway/config/thing.ts";
import type { AnyThing } from "../../thing/define.ts";
import type { Dialogue } from "./dialogue.ts";

export interface ChosenDriver {
  /** As it is written. */
  readonly written: string;
  /** As the catalogue knows it. */
  readonly driver: string;
  readonly definition: AnyThing;
}

/** A driver of benchd's own by its name, or one by its path, seen from the folder of the configuration. */
export async function chooseDriver(dialogue: Dialogue, catalogue: Catalogue, directory: string): Promise<ChosenDriver> {
  const names = await catalogue.names();
  dialogue.say("Its driver is one of");
  for (const name of names) {
    const { title, description } = await catalogue.definition(name);
    dialogue.say(`  ${name.padEnd(15)} ${[title, description].filter(Boolean).join(": ")}`);
  }
  dialogue.say("or one of your own, by its path, such as ./my-pump.js");
  return dialogue.ask("Which driver?", {
    async read(written) {
      const driver = isPath(written) ? resolve(directory, written) : written;
      return { written, driver, definition: await catalogue.definition(driver) };
    },
  });
}

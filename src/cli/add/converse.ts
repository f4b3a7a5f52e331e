import { access } from "node:fs/promises";
import { dirname, isAbsolute, resolve } from "node:path";
import { InputError } from "../../errors.ts";
import { checkBench } from "../../gateway/bench.ts";
import type { Catalogue } from "../../gateway/catalogue.ts";
import { type Config, parseConfig } from "../../gateway/config/config.ts";
import { type Entry, entryText, withThing } from "../../gateway/config/edit.ts";
import { rehearse } from "../../gateway/config/rehearsal.ts";
import { nameMistake } from "../../gateway/config/rules.ts";
import { readText } from "../../gateway/config/text.ts";
import { pinWarnings } from "../../gateway/pin-warnings.ts";
import type { AnyThing } from "../../thing/define.ts";
import type { OpenByteStream } from "../../transport/byte-stream.ts";
import type { PortWiring } from "../../transport/ports/wiring.ts";
import type { Dialogue } from "./dialogue.ts";
import { type ChosenDriver, chooseDriver } from "./driver.ts";
import { offerIdentify } from "./identify.ts";
import { askPins } from "./pins.ts";
import { choosePort, type Machine } from "./port.ts";
import { askSettings, type ChosenSettings } from "./settings.ts";
import { askSlots } from "./slots.ts";

export interface Conversation extends Machine {
  readonly dialogue: Dialogue;
  readonly catalogue: Catalogue;
  readonly file: string;
  /** Where a port leads; it is called only for one that has been agreed to. */
  readonly port: (wiring: PortWiring) => Promise<OpenByteStream>;
}

/** What the file was, if it was there, and what it is to be. */
interface Draft {
  readonly before: string | undefined;
  readonly after: string;
}

/** Ask for all that an entry needs; undefined when it is not to be written. Throws what `check` would say of the result. */
export async function converse(conversation: Conversation): Promise<Draft | undefined> {
  const { dialogue, catalogue, file, root } = conversation;
  const { before, config } = await begin(conversation);
  const serial = await choosePort(dialogue, conversation);
  const chosen = await chooseDriver(dialogue, catalogue, dirname(resolve(file)));
  const slots = (offered: AnyThing) => askSlots(dialogue, offered, { config, catalogue });
  // Asked first, unless the settings decide: with nothing to put in a slot, all other answers would be for nothing.
  const early = chosen.definition.configured ? undefined : await slots(chosen.definition);
  const settings = await askSettings(dialogue, chosen);
  const { definition, written } = settings;
  const wires = await wiresOf(conversation, chosen, settings, { serial, config });
  const uses = early ?? (await slots(definition));
  const name = await askName(dialogue, chosen.written, config);
  const settled = { ...conversation, name };
  const plain = Object.keys(wires.gpio).length === 0 && Object.keys(uses).length === 0;
  if (wires.serial !== undefined && plain) await identifyAt(settled, settings, wires.serial);

  const sections = { serial: wires.serial, config: written, gpio: wires.gpio, uses };
  const entry: Entry = { driver: chosen.written, ...filledIn(sections) };
  const after = withThing(before ?? "", name, entry);
  const result = await checkBench(after, file, catalogue, { root, served: false });
  dialogue.say(`\n${entryText(name, entry)}\n`);
  for (const warning of await pinWarnings(result, catalogue)) dialogue.say(`warning: ${warning}`);
  dialogue.say(`benchd check finds no mistake in it.`);
  return (await dialogue.confirm(`Write it to ${file}?`, "yes")) ? { before, after } : undefined;
}

/** Nobody should answer everything for a file that is wrong already. */
async function begin({ file, catalogue, dialogue, root }: Conversation) {
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (!there) {
    dialogue.say(`There is no ${file} yet: it will be begun.`);
    return { before: undefined, config: undefined };
  }
  const before = await readText(file);
  return { before, config: await checkBench(before, file, catalogue, { root, served: false }) };
}

/** What the driver is wired to, as far as that can be told before it is served. */
async function wiresOf(
  conversation: Conversation,
  { written, driver }: ChosenDriver,
  { definition, filled }: ChosenSettings,
  { serial, config }: { readonly serial: unknown; readonly config: Config | undefined },
) {
  const { dialogue } = conversation;
  const own = !isAbsolute(driver);
  const { line, pins, complete } = own
    ? await rehearse(definition, filled)
    : { line: undefined, pins: serial === undefined ? Object.keys(definition.outputs ?? {}) : [], complete: false };
  const spare = serial !== undefined && !line && complete;
  if (spare) dialogue.say(`${written} opens no serial port: it is left out.`);
  if (line && serial === undefined) dialogue.say(`${written} talks over a serial port: which one?`);
  const port = spare ? undefined : line && serial === undefined ? await choosePort(dialogue, conversation) : serial;
  return { serial: port, gpio: await askPins(dialogue, { pins, definition, config }) };
}

function askName(dialogue: Dialogue, driver: string, config: Config | undefined): Promise<string> {
  const taken = new Set(config?.things.keys());
  const plain = driver.replace(/^.*\/|\.\w+$/g, "").toLowerCase();
  const stem = plain.replaceAll(/\W+/g, "_");
  const free = [stem, ...Array.from(taken, (_, index) => `${stem}_${index + 2}`)].find((one) => !taken.has(one));
  return dialogue.ask("What is the Thing to be called?", {
    ...(free !== undefined && nameMistake(free) === undefined && { fallback: free }),
    read(name) {
      const mistake = taken.has(name) ? `there is a Thing ${name} already: choose another name` : nameMistake(name);
      if (mistake !== undefined) throw new InputError(mistake);
      return name;
    },
  });
}

async function identifyAt(
  { dialogue, name, port, clock }: Conversation & { readonly name: string },
  { definition, filled }: ChosenSettings,
  serial: unknown,
): Promise<void> {
  const wiring = parseConfig(JSON.stringify({ things: { [name]: { driver: "x", serial } } }), "serial").things.get(
    name,
  );
  if (!wiring?.serial) return;
  const { serial: found } = wiring;
  await offerIdentify(dialogue, { name, definition, config: filled, clock, port: () => port(found) });
}

/** Without what is empty. */
const filledIn = (sections: Readonly<Record<string, unknown>>): Entry =>
  Object.fromEntries(
    Object.entries(sections).filter(([, value]) => typeof value === "string" || Object.keys(value ?? {}).length > 0),
  );

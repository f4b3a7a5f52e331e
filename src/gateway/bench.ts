import { didYouMean } from "../did-you-mean.ts";
import { BenchdError, ConfigError, InputError } from "../errors.ts";
import { closed, validator } from "../schema.ts";
import { fitted } from "../thing/configured.ts";
import type { AnyThing } from "../thing/define.ts";
import { mayBeEmpty } from "../thing/optional.ts";
import { acceptsSlot } from "../thing/slot.ts";
import type { LineSettings } from "../transport/byte-stream.ts";
import { Value } from "../typebox.ts";
import type { Catalogue } from "./catalogue.ts";
import { checkAlarms } from "./config/alarm-rules.ts";
import { type Config, inspectConfig, type ThingConfig } from "./config/config.ts";
import type { ConfigFile } from "./config/file.ts";
import { obstacle } from "./config/folder.ts";
import { checkInterlocks } from "./config/interlock-rules.ts";
import { note } from "./config/judge.ts";
import { checkOutputs } from "./config/outputs.ts";
import { checkPortsHere, portsOf } from "./config/ports.ts";
import { checkRecordings } from "./config/recording-rules.ts";
import { checkSchedules } from "./config/schedule-rules.ts";
import { readText } from "./config/text.ts";
import { checkAddresses, checkPaces, checkWires } from "./config/wires.ts";
import { isPair, readPair } from "./tls/pair.ts";

export interface BenchOptions {
  /** The serial ports are simulated, so none needs to be named. */
  readonly mock?: boolean;
  /** Where `/sys` and `/dev` are, to see which ports this machine has. */
  readonly root?: string;
  /** It is to be served, so a certificate has to be in order; it is unless told. Devices can be made safe without one. */
  readonly served?: boolean;
}

/**
 * Read a configuration and hold it against the drivers it names. Throws a `ConfigError` that tells every mistake of both
 * kinds, so that nobody has to find them one start at a time.
 */
export async function readBench(file: string, catalogue: Catalogue, options: BenchOptions = {}): Promise<Config> {
  return checkBench(await readText(file), file, catalogue, options);
}

/** As `readBench`, for a text that has been read already. */
export async function checkBench(
  text: string,
  file: string,
  catalogue: Catalogue,
  { mock = false, root, served = true }: BenchOptions = {},
): Promise<Config> {
  const { source, config } = inspectConfig(text, file);
  await checkFolder(source, config);
  if (served) await checkTls(source, config);
  const definitions = new Map<string, AnyThing>();
  const configs = new Map<string, object>();
  for (const entry of config.things.values()) {
    const known = await attempt(source, entry, "driver", () => catalogue.definition(entry.driver));
    const filled = known && checkDriverConfig(source, entry, known);
    if (filled) configs.set(entry.name, filled);
    const definition = known && checkOffer(source, entry, known, filled);
    if (definition) definitions.set(entry.name, definition);
    if (entry.twin !== undefined) await attempt(source, entry, "twin", () => catalogue.twin(entry.driver, entry.twin));
  }
  const lines = new Map<string, LineSettings>();
  for (const [name, definition] of definitions) {
    const entry = config.things.get(name);
    if (!entry) continue;
    checkSlots(source, entry, definition, definitions);
    const line = await checkWires(source, entry, definition, { config: configs.get(name), mock });
    if (line) lines.set(name, line);
  }
  if (!mock) await checkPortsHere(source, portsOf(config), root);
  checkPaces(source, config, lines);
  checkAddresses(source, config, definitions, configs);
  checkOutputs(source, config, { definitions, configs });
  checkInterlocks(source, config, definitions);
  checkAlarms(source, config, definitions);
  checkRecordings(source, config, definitions);
  await checkSchedules(source, config, definitions);
  source.refuseMistakes();
  return config;
}

/** An entry's `config` as its driver gets it: with defaults, and nothing the driver does not know. */
export function driverConfig(entry: ThingConfig, definition: AnyThing): Readonly<Record<string, unknown>> {
  const { filled, issues } = judged(entry, definition);
  const [first] = issues;
  if (!first) return filled;
  throw new ConfigError(
    `${entry.at("config")}: the config of ${entry.name} does not fit: ${first.path} ${first.message}`,
  );
}

function judged(entry: ThingConfig, definition: AnyThing) {
  const schema = closed(definition.config);
  const filled = Value.Default(schema, structuredClone(entry.config)) as Readonly<Record<string, unknown>>;
  return { schema, filled, issues: validator(schema).issues(filled) };
}

async function checkFolder(source: ConfigFile, { stateDirectory }: Config): Promise<void> {
  const file = stateDirectory === undefined ? undefined : await obstacle(stateDirectory);
  if (file !== undefined)
    source.mistake(["stateDirectory"], `${file} is no folder, nothing can be kept there: name another`);
}

async function checkTls(source: ConfigFile, { listen: { tls } }: Config): Promise<void> {
  const read = tls && (await readPair(tls));
  if (read && !isPair(read)) source.mistake(["listen", "tls", read.of], read.message);
}

/** What the catalogue refuses is a mistake in the line that asked for it. */
async function attempt<T>(
  source: ConfigFile,
  entry: ThingConfig,
  key: "driver" | "twin",
  load: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof BenchdError)) throw error;
    source.mistake(["things", entry.name, key], error.message.replaceAll("\n", "\n  "));
    return undefined;
  }
}

/** Undefined when it does not fit. */
function checkDriverConfig(source: ConfigFile, entry: ThingConfig, definition: AnyThing): object | undefined {
  const { schema, filled, issues } = judged(entry, definition);
  for (const issue of issues) note(source, schema, issue, ["things", entry.name, "config"]);
  return issues.length === 0 ? filled : undefined;
}

/** What a driver offers under that configuration; undefined when the driver refuses it, or nobody knows. */
function checkOffer(
  source: ConfigFile,
  entry: ThingConfig,
  definition: AnyThing,
  config: object | undefined,
): AnyThing | undefined {
  if (!definition.configured) return definition;
  if (config === undefined) return undefined;
  const path = ["things", entry.name, "config"];
  try {
    return fitted(definition, config, entry.driver);
  } catch (error) {
    if (!(error instanceof BenchdError)) throw error;
    const issues = error instanceof InputError ? error.issues : [];
    for (const issue of issues) note(source, definition.config, issue, path);
    if (issues.length === 0) source.mistake(path, error.message.replaceAll("\n", "\n  "));
    return undefined;
  }
}

function checkSlots(
  source: ConfigFile,
  { name, driver, uses }: ThingConfig,
  definition: AnyThing,
  definitions: ReadonlyMap<string, AnyThing>,
): void {
  const slots = definition.uses ?? {};
  const path = ["things", name, "uses"];
  for (const slot of Object.keys(uses)) {
    if (Object.hasOwn(slots, slot)) continue;
    const all = Object.keys(slots).join(", ");
    const hint = didYouMean(slot, Object.keys(slots)) || (all ? `: its slots are ${all}` : ": it uses no other Thing");
    source.mistake([...path, slot], `the driver ${driver} has no slot "${slot}"${hint}`, "key");
  }
  for (const [slot, wanted] of Object.entries<AnyThing>(slots)) {
    const fitting = [...definitions].filter(
      ([other, offered]) => other !== name && !acceptsSlot(wanted, offered).length,
    );
    const remedy =
      fitting.length > 0
        ? `name one that fits: ${fitting.map(([other]) => other).join(", ")}`
        : `add a Thing that fits below things:, and name it here`;
    const used = Object.hasOwn(uses, slot) ? uses[slot] : undefined;
    const offered = used === undefined ? undefined : definitions.get(used);
    if (used === undefined) {
      if (mayBeEmpty(wanted)) continue;
      source.mistake([...path, slot], `${name} needs a Thing like "${wanted.title}" in its slot "${slot}": ${remedy}`);
    } else if (offered) {
      const differences = acceptsSlot(wanted, offered);
      if (differences.length > 0)
        source.mistake([...path, slot], `${used} is no "${wanted.title}" (${differences.join("; ")}): ${remedy}`);
    }
  }
}

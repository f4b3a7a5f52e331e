import { isAbsolute } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { didYouMean } from "../../did-you-mean.ts";
import type { AnyThing } from "../../thing/define.ts";
import type { LineSettings } from "../../transport/byte-stream.ts";
import { shown } from "../../transport/line.ts";
import type { Config, ThingConfig } from "./config.ts";
import type { ConfigFile } from "./file.ts";
import { rehearse } from "./rehearsal.ts";

/**
 * Hold an entry's wires against those its driver asks for. Of a driver by path only the outputs are known: it is not run
 * before it is served, for it may reach for its device by itself.
 */
export async function checkWires(
  source: ConfigFile,
  entry: ThingConfig,
  definition: AnyThing,
  /** `config` is undefined when it does not fit: then nobody knows. */
  { config, mock }: { readonly config: object | undefined; readonly mock: boolean },
): Promise<LineSettings | undefined> {
  if (isAbsolute(entry.driver)) {
    checkOutputs(source, entry, definition);
    return undefined;
  }
  if (config === undefined) return undefined;
  const { line, pins, complete, refusal } = await rehearse(definition, config);
  const { name, driver } = entry;
  if (refusal) {
    source.mistake(["things", name, "config"], refusal.message);
    return undefined;
  }
  const serial = ["things", name, "serial"];
  const wired = ["serial", "bus"].map((wire) => ["things", name, wire]).filter((path) => source.has(path));
  if (line && !mock && wired.length === 0)
    source.mistake(serial, `${name} talks over a serial port, and none is named: add serial: /dev/serial/by-id/…`);
  for (const path of !line && complete ? wired : [])
    source.mistake(path, `the driver ${driver} opens no serial port: leave this out`, "key");
  checkPins(source, entry, pins, complete);
  return line;
}

/** All on a bus have to talk at the same pace; `lines` is what the drivers open, by the name of their Thing. */
export function checkPaces(source: ConfigFile, { things }: Config, lines: ReadonlyMap<string, LineSettings>): void {
  const paces = new Map<string, { readonly name: string; readonly line: LineSettings }>();
  for (const { name, bus } of things.values()) {
    const line = lines.get(name);
    if (bus === undefined || !line) continue;
    const first = paces.get(bus) ?? { name, line };
    paces.set(bus, first);
    if (shown(first.line) === shown(line)) continue;
    const text = `${name} talks at ${shown(line)}, but ${first.name} on the same bus at ${shown(first.line)}`;
    source.mistake(["things", name, "bus"], `${text}: give one of them a port of its own`);
  }
}

/**
 * Two Things of one driver on a bus have to be told apart by an address, or a command for one of them is obeyed by both.
 * A driver by path may call its address otherwise: only two of the same settings are refused. `configs` are filled.
 */
export function checkAddresses(
  source: ConfigFile,
  { things }: Config,
  definitions: ReadonlyMap<string, AnyThing>,
  configs: ReadonlyMap<string, object>,
): void {
  const earlier: ThingConfig[] = [];
  for (const entry of things.values()) {
    const { name, bus, driver } = entry;
    const definition = definitions.get(name);
    const config = configs.get(name);
    if (bus === undefined || !definition || !config) continue;
    const addressed = Object.hasOwn(definition.config.properties ?? {}, "address");
    const place = (filled: object) => (addressed && "address" in filled ? filled.address : filled);
    const alike = earlier.find((other) => {
      const its = configs.get(other.name);
      if (other.bus !== bus || other.driver !== driver || !its) return false;
      return (!addressed && !isAbsolute(driver)) || isDeepStrictEqual(place(its), place(config));
    });
    earlier.push(entry);
    if (!alike) continue;
    const both = `${name} and ${alike.name} on the bus ${bus}`;
    if (addressed)
      source.mistake(
        ["things", name, "config", "address"],
        `${both} have the same address, ${place(config)}: both would obey each command, give each its own`,
      );
    else
      source.mistake(
        ["things", name, "bus"],
        `${both} cannot be told apart, their driver ${driver} knows no address: give one of them a port of its own`,
      );
  }
}

function checkPins(source: ConfigFile, { name, driver }: ThingConfig, wanted: ReadonlySet<string>, all: boolean): void {
  const path = ["things", name, "gpio"];
  const wired = source.keys(path);
  const missing = [...wanted].filter((pin) => !wired.includes(pin));
  const unused = all ? wired.filter((pin) => !wanted.has(pin)) : [];
  for (const pin of unused) {
    const known = [...wanted].join(", ");
    const hint = didYouMean(pin, missing) || (known ? `: its pins are ${known}` : ": it uses none, leave gpio: out");
    source.mistake([...path, pin], `the driver ${driver} has no pin "${pin}"${hint}`, "key");
  }
  for (const pin of missing) {
    // A misspelt pin has been told already, where it stands.
    if (didYouMean(pin, unused)) continue;
    source.mistake([...path, pin], `the pin "${pin}" of ${name} is wired to nothing${remedy(pin, wired)}`);
  }
}

/** A Thing with no other way to its device drives its outputs by pins of their names. */
function checkOutputs(source: ConfigFile, { name, uses }: ThingConfig, definition: AnyThing): void {
  if (["serial", "bus"].some((wire) => source.has(["things", name, wire])) || Object.keys(uses).length > 0) return;
  const path = ["things", name, "gpio"];
  const wired = source.keys(path);
  for (const output of Object.keys(definition.outputs ?? {})) {
    if (wired.includes(output)) continue;
    source.mistake([...path, output], `the output "${output}" of ${name} has no pin${remedy(output, wired)}`);
  }
}

const remedy = (pin: string, wired: readonly string[]) =>
  didYouMean(pin, wired) || `: add ${pin}: { line: <BCM number> }`;

import { didYouMean } from "../../did-you-mean.ts";
import { bootPullLine } from "../../transport/gpio-header.ts";
import type { Config, ThingConfig } from "./config.ts";
import type { ConfigFile } from "./file.ts";
import { checkPortsApart, portsOf } from "./ports.ts";

/** First segments of paths that the gateway keeps for itself. */
const reservedNames: ReadonlySet<string> = new Set([
  "things",
  "thing_descriptions",
  "actions",
  "action_invocations",
  "blob",
  "events",
  "extensions",
  "gateway",
  "health",
  "ready",
  "metrics",
  "openapi.json",
  "docs",
  "thing_states",
  "emergency_stop",
  "mock",
  ".well-known",
  "assets",
  "api",
]);

const thingName = /^[a-z][a-z0-9_]{0,63}$/;

/** What no schema can say, because it lies between the entries. `all` are the names in the file, sound or not. */
export function checkRules(
  source: ConfigFile,
  config: Config,
  all: { readonly things: readonly string[]; readonly buses: readonly string[] },
): void {
  const names = all.things;
  for (const name of names) checkName(source, name);
  const things = [...config.things.values()];
  checkPortsApart(source, portsOf(config));
  checkBuses(source, things, all.buses);
  checkLines(source, things);
  checkPulls(source, config);
  checkSlots(source, things, names);
  checkCycles(source, config);
}

function checkName(source: ConfigFile, name: string): void {
  const mistake = nameMistake(name);
  if (mistake !== undefined) source.mistake(["things", name], mistake, "key");
}

/** Why a Thing cannot have that name; undefined when it can. */
export function nameMistake(name: string): string | undefined {
  if (reservedNames.has(name)) return `"${name}" is a path of the gateway itself: give the Thing another name`;
  if (!thingName.test(name)) {
    const plain = name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "_")
      .replaceAll(/^[_0-9]+|_+$/g, "");
    const example = thingName.test(plain) ? `, such as ${plain}` : "";
    const rule = "a Thing's name is part of its address: small letters, digits and _, at most 64";
    return `"${name}" cannot be a name; ${rule}${example} (its title may be anything)`;
  }
  return undefined;
}

function checkBuses(source: ConfigFile, things: readonly ThingConfig[], buses: readonly string[]): void {
  for (const bus of buses)
    if (!thingName.test(bus))
      source.mistake(["buses", bus], `"${bus}" cannot be the name of a bus: small letters, digits and _`, "key");
  for (const { name, bus, serial } of things) {
    if (bus === undefined) continue;
    const path = ["things", name, "bus"];
    if (serial !== undefined)
      source.mistake(path, `${name} is wired to a port and to a bus: leave out serial: or bus:`, "key");
    if (buses.includes(bus)) continue;
    const hint = didYouMean(bus, buses) || `: add ${bus}: { serial: /dev/serial/by-id/… } below buses:`;
    source.mistake(path, `there is no bus "${bus}"${hint}`);
  }
}

function checkLines(source: ConfigFile, things: readonly ThingConfig[]): void {
  const taken = new Map<number, readonly string[]>();
  for (const { name, gpio } of things) {
    for (const [pin, { line }] of Object.entries(gpio)) {
      const path = ["things", name, "gpio", pin];
      const holder = taken.get(line);
      if (holder === undefined) taken.set(line, path);
      else {
        const message = `GPIO line ${line} already belongs to ${holder[1]}.${holder[3]} (${source.at(holder)})`;
        source.mistake(path, `${message}: give each pin a line of its own`);
      }
    }
  }
}

function checkPulls(source: ConfigFile, { gpio: { backend }, things }: Config): void {
  if (backend !== "sysfs") return;
  for (const { name, gpio } of things.values()) {
    for (const [pin, { line, pull }] of Object.entries(gpio)) {
      if (pull === undefined) continue;
      const remedy = `leave it out and add ${bootPullLine(line, pull)} to config.txt, or take the character device`;
      source.mistake(["things", name, "gpio", pin, "pull"], `"backend: sysfs" can set no pull: ${remedy}`);
    }
  }
}

function checkSlots(source: ConfigFile, things: readonly ThingConfig[], names: readonly string[]): void {
  for (const { name, uses } of things) {
    for (const [slot, used] of Object.entries(uses)) {
      if (names.includes(used)) continue;
      const hint = didYouMean(used, names) || ": add it below things:, or name another";
      source.mistake(["things", name, "uses", slot], `there is no Thing "${used}"${hint}`);
    }
  }
}

/** A Thing that uses itself, by whatever detour, would wait for itself. */
function checkCycles(source: ConfigFile, { things }: Config): void {
  const done = new Set<string>();
  const follow = (name: string, chain: readonly string[]): void => {
    if (done.has(name)) return;
    for (const [slot, used] of Object.entries(things.get(name)?.uses ?? {})) {
      const from = [...chain, name].indexOf(used);
      if (from < 0) follow(used, [...chain, name]);
      else {
        const circle = [...chain, name].slice(from).concat(used).join(" uses ");
        source.mistake(["things", name, "uses", slot], `${circle}: a Thing cannot use itself, leave one of these out`);
      }
    }
    done.add(name);
  };
  for (const name of things.keys()) follow(name, []);
}

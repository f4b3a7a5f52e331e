import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigError } from "../../errors.ts";
import type { Needs } from "./needs.ts";

export interface UnitOptions {
  /** The unit as it is shipped, for Debian's own places. */
  readonly template: string;
  /** The program `node`. */
  readonly node: string;
  /** The folder benchd is installed in. */
  readonly benchd: string;
  /** The configuration, absolute. */
  readonly config: string;
  readonly user: string;
  readonly needs: Needs;
}

/** What it says there of those places. */
const shipped = {
  node: "/usr/bin/node",
  benchd: "/usr/local/lib/node_modules/benchd",
  config: "%E/benchd/benchd.yaml",
};
const main = "dist/benchd/src/cli/main.js";

/** The unit that runs this copy of benchd on this configuration. */
export function unitOf({ template, node, benchd, config, user, needs }: UnitOptions): string {
  const { devices, networks, sysfs, stateDirectory } = needs;
  const writable = [
    ...(sysfs ? ["-/sys/class/gpio", "-/sys/devices/platform"] : []),
    ...(stateDirectory === undefined ? [] : [inSetting(`-${stateDirectory}`)]),
  ];
  const unit = template
    .replaceAll(`${shipped.node} `, () => `${quoted(node)} `)
    .replaceAll(`${shipped.benchd}/${main}`, () => quoted(join(benchd, main)))
    .replaceAll(`file://${shipped.benchd}`, () => pathToFileURL(benchd).href.replaceAll("%", "%%"))
    .replaceAll(`--config ${shipped.config}`, () => `--config ${quoted(config)}`);
  return withValues(unit, {
    User: [user],
    DeviceAllow: devices.map((device) => `${inSetting(device)} rw`),
    ReadWritePaths: writable.length > 0 ? [writable.join(" ")] : [],
    IPAddressAllow: [["localhost", ...networks].join(" ")],
  });
}

/** Every line of a setting, replaced where the first of them stands. */
function withValues(unit: string, values: Readonly<Record<string, readonly string[]>>): string {
  const done = new Set<string>();
  const lines = unit.split("\n").flatMap((line) => {
    const [, name = ""] = /^(\w+)=/.exec(line) ?? [];
    const wanted = Object.hasOwn(values, name) ? values[name] : undefined;
    if (!wanted) return [line];
    if (done.has(name)) return [];
    done.add(name);
    return wanted.map((value) => `${name}=${value}`);
  });
  return lines.join("\n");
}

/** In a setting that takes paths systemd knows quotes, and no other way of writing a letter. */
function inSetting(path: string): string {
  if (/\p{Cc}/u.test(path)) throw new ConfigError(`${JSON.stringify(path)} stands in no unit of systemd: rename it`);
  const text = path.replaceAll("%", "%%");
  return /[\s"'\\]/.test(text) ? `"${text.replaceAll(/["\\]/g, "\\$&")}"` : text;
}

/** In a command line: where systemd would take a letter for something of its own, or for the end. */
function quoted(path: string): string {
  const text = path
    .replaceAll("%", "%%")
    .replaceAll("$", () => "$$")
    .replaceAll(/["'\\\s]/g, (odd) => `\\x${odd.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return text.includes("\\x") ? `"${text}"` : text;
}

import type { Needs } from "./needs.ts";
import { udevRules } from "./udev.ts";
import { unitOf } from "./unit.ts";
import { userOf } from "./users.ts";

/** Where the Debian package puts benchd, and what it runs. */
export const packaged = {
  node: "/usr/bin/node",
  benchd: "/usr/lib/benchd",
  config: "/etc/benchd/benchd.yaml",
  user: "benchd",
  unit: "/usr/lib/systemd/system/benchd.service",
} as const;

/** Of the machine: whatever a bench may have on it. Nobody else may ask. */
const needs: Needs = {
  devices: ["char-ttyUSB", "char-ttyACM", "char-ttyAMA", "/dev/ttyS0", "char-gpiochip"],
  modules: ["usbserial", "cdc_acm"],
  networks: [],
  ports: [],
  sysfs: true,
  stateDirectory: undefined,
  foreign: [],
  key: undefined,
  listensToOthers: false,
};

const head = "# Part of the Debian package benchd.";

/** What the package brings for the system, by its place; `template` is the unit as it is shipped. */
export function packagedFiles(template: string): Readonly<Record<string, string>> {
  const { node, benchd, config, user } = packaged;
  const unit = unitOf({ template, node, benchd, config, user, needs })
    .replace(/^Documentation=.*$/m, "Documentation=man:benchd(1) file:///usr/share/doc/benchd/docs/configuration.md")
    // Where npm puts it.
    .replace(/^# Where .*\n/m, "");
  return {
    [packaged.unit]: `${head} What you want otherwise belongs into \`systemctl edit benchd\`.\n${unit}`,
    "/usr/lib/sysusers.d/benchd.conf": `${head}\n${userOf(user)}`,
    // A file of the same name in /etc, which `benchd install-service` writes for a configuration, takes its place.
    "/usr/lib/udev/rules.d/99-benchd.rules": `${head}\n${udevRules([], true)}`,
    "/usr/lib/modules-load.d/benchd.conf": `${head}\n${needs.modules.join("\n")}\n`,
  };
}

/** What of a unit depends on the configuration. All are lists: a drop-in adds to them, but after an empty line of them. */
const narrowed = ["DeviceAllow", "ReadWritePaths", "IPAddressAllow"];

/** The part of a unit that narrows or opens the package's own for one configuration. */
export function dropInOf(unit: string): string {
  const lines = unit.split("\n");
  const settings = narrowed.flatMap((name) => [`${name}=`, ...lines.filter((line) => line.startsWith(`${name}=`))]);
  return `[Service]\n${settings.join("\n")}\n`;
}

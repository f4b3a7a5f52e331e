import type { Needs } from "./needs.ts";
import { dropInOf, packaged } from "./packaged.ts";
import { udevRules } from "./udev.ts";
import { type UnitOptions, unitOf } from "./unit.ts";
import { userOf } from "./users.ts";

/** In the first line of each file of ours, so that it is known again. */
export const mark = "# Written by `benchd install-service`";

/** Where they lie; also those that this configuration does not need, so that they can be removed. */
export const places = {
  unit: "/etc/systemd/system/benchd.service",
  sysusers: "/etc/sysusers.d/benchd.conf",
  // After those of the distribution and of the Raspberry Pi.
  udev: "/etc/udev/rules.d/99-benchd.rules",
  modules: "/etc/modules-load.d/benchd.conf",
  /** Beside the unit of the Debian package. */
  dropIn: "/etc/systemd/system/benchd.service.d/50-configuration.conf",
} as const;

/** What is to stand in each file; undefined for one that is not needed. Of a copy that dpkg has installed, unit and user are there. */
export function filesOf(
  options: UnitOptions,
  byDpkg = options.benchd === packaged.benchd,
): Readonly<Record<keyof typeof places, string | undefined>> {
  const { needs, config, user } = options;
  const head = `${mark} for ${config.replaceAll(/\s/g, " ")}.`;
  const rules = udevRules(needs.ports, needs.devices.includes("char-gpiochip"));
  const unit = unitOf(options);
  return {
    unit: byDpkg ? undefined : `${head} What you want otherwise belongs into \`systemctl edit benchd\`.\n${unit}`,
    sysusers: byDpkg ? undefined : `${head}\n${userOf(user)}`,
    dropIn: byDpkg ? `${head}\n${dropInOf(unit)}` : undefined,
    udev: rules.trim() === "" ? undefined : `${head}\n${rules}`,
    modules: modules(needs, head),
  };
}

/** The unit's device classes are looked up as it starts: an adapter that comes later must find its class there. */
const modules = ({ modules }: Needs, head: string) =>
  modules.length === 0 ? undefined : [head, ...modules, ""].join("\n");

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AfterDeath } from "./gpio.ts";
import { bootPull } from "./gpio-header.ts";

/**
 * What the kernel does with an output whose holder dies, as the driver of its chip says under /sys/module. Raspberry Pi
 * kernels from May 2024 on, and Linux from 6.10 on, have `persist_gpio_outputs`; for some weeks before it was
 * `strict_gpiod`, which says the opposite. Kernels without either do one or the other, and do not tell which.
 */
export async function afterDeath(label: string, line: number, sysRoot: string): Promise<AfterDeath | undefined> {
  const module = label === "pinctrl-rp1" ? "pinctrl_rp1" : "pinctrl_bcm2835";
  const says = (parameter: string) => readParameter(join(sysRoot, "module", module, "parameters", parameter));
  const strict = await says("strict_gpiod");
  const persists = (await says("persist_gpio_outputs")) ?? (strict === undefined ? undefined : !strict);
  if (persists === undefined) return undefined;
  if (persists) return "kept";
  const pull = bootPull(line);
  return pull && (pull === "up" ? "high" : "low");
}

/** A yes or no of a kernel module; undefined when it has no such parameter. */
async function readParameter(path: string): Promise<boolean | undefined> {
  const text = await readFile(path, "latin1").catch(() => undefined);
  return text === undefined ? undefined : /^[Y1]/.test(text);
}

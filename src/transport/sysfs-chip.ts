import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError, PortMissingError } from "../errors.ts";
import { chosenChip, type KnownChip } from "./gpio-refusal.ts";

export interface SysfsChip extends KnownChip {
  /** The number of its first line; it changes with the kernel. */
  readonly base: number;
  readonly lines: number;
}

/** The chip under /sys/class/gpio: by its label, or by its path. `wanted` is undefined for that of a Pi's header. */
export async function findSysfsChip(root: string, wanted: string | undefined): Promise<SysfsChip> {
  const names = await readdir(root).catch((cause: unknown) => {
    throw new PortMissingError(`there is no ${root}: this kernel has GPIO as a character device only`, { cause });
  });
  if (wanted?.startsWith("/dev/"))
    throw new ConfigError(`${wanted} is a character device: for "backend: sysfs" name the chip by its label`);
  const found = await Promise.all(names.filter((name) => /^gpiochip\d+$/.test(name)).map((name) => read(root, name)));
  return chosenChip(found, wanted);
}

async function read(root: string, name: string): Promise<SysfsChip> {
  const path = join(root, name);
  const says = async (file: string) => (await readFile(join(path, file), "latin1")).trim();
  return { path, label: await says("label"), base: Number(await says("base")), lines: Number(await says("ngpio")) };
}

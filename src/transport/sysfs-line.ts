import { closeSync, openSync } from "node:fs";
import { access, constants, readdir, readFile, readlink, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { PermissionDeniedError, PortBusyError } from "../errors.ts";
import { codeOf, gpioRefusal } from "./gpio-refusal.ts";
import type { Kernel } from "./kernel.ts";

export interface ClaimOptions {
  /** /sys/class/gpio */
  readonly root: string;
  /** /proc */
  readonly procRoot: string;
  /** The line's number in sysfs. */
  readonly number: number;
  /** How people call it. */
  readonly name: string;
  readonly direction: "in" | "out";
  readonly clock: Clock;
  readonly kernel: Pick<Kernel, "lock">;
}

/** A line that is exported, and ours. */
export interface Claim {
  /** Its folder. */
  readonly path: string;
  /** Let others claim it; it stays exported. */
  release(): void;
}

/** udev gives the files of an exported line to the group gpio, a moment after they have come. */
const udevPatienceMs = 2000;
const udevPollMs = 10;
/** The kernel gives a line back a moment after its holder has let go of it. */
const givenBackMs = 500;

/**
 * Export a line, or take one over that a process left exported when it died: nobody has it open, and it has the
 * direction that we want. Anything else that is exported belongs to somebody.
 */
export async function claimLine(options: ClaimOptions): Promise<Claim> {
  const { root, number, name, direction } = options;
  const path = join(root, `gpio${number}`);
  const found = await readText(join(path, "direction"));
  if (found === undefined) await exportLine(options);
  const value = join(path, "value");
  try {
    await writable(options, [value, join(path, "direction")]);
  } catch (error) {
    // Left behind, it would look like somebody else's the next time.
    if (found === undefined) await writeFile(join(root, "unexport"), String(number)).catch(() => {});
    throw error;
  }
  if (found !== undefined) {
    const holder = await holderOf(value, options.procRoot);
    if (holder) throw new PortBusyError(`${name} is held by ${holder}: end that program, or wire another line`);
    if (found !== direction)
      throw new PortBusyError(
        `${name} is exported as "${found}" by somebody: if nobody uses it any more, echo ${number} > ${root}/unexport`,
      );
  }
  const fd = openSync(value, "r+");
  if (options.kernel.lock(fd)) return { path, release: () => closeSync(fd) };
  closeSync(fd);
  throw new PortBusyError(`${name} is held by another benchd: end that one, or wire another line`);
}

async function exportLine(options: ClaimOptions): Promise<void> {
  const { root, number, name, clock } = options;
  const until = clock.now() + givenBackMs;
  try {
    for (;;) {
      const busy = await writeFile(join(root, "export"), String(number)).catch((cause: unknown) => {
        if (codeOf(cause) !== "EBUSY" || clock.now() >= until) throw cause;
        return true;
      });
      if (!busy) return;
      await new Promise<void>((resolve) => void clock.after(udevPollMs, resolve));
    }
  } catch (cause) {
    if (codeOf(cause) === "EBUSY")
      throw new PortBusyError(
        `${name} is held by the kernel, or by a program that uses /dev/gpiochip*: gpioinfo tells its name`,
        { cause },
      );
    throw gpioRefusal(codeOf(cause) === "EINVAL" ? name : join(root, "export"), codeOf(cause), cause);
  }
}

async function writable({ clock, name }: ClaimOptions, files: readonly string[]): Promise<void> {
  const until = clock.now() + udevPatienceMs;
  for (;;) {
    try {
      for (const file of files) await access(file, constants.R_OK | constants.W_OK);
      return;
    } catch (cause) {
      if (clock.now() >= until)
        throw new PermissionDeniedError(
          `${name} is exported, but may not be written: add the user that runs benchd to the group gpio, and see that udev gives it /sys/class/gpio`,
          { cause },
        );
    }
    await new Promise<void>((resolve) => void clock.after(udevPollMs, resolve));
  }
}

/** The process that has a file open, as far as this user may know. */
async function holderOf(file: string, procRoot: string): Promise<string | undefined> {
  const processes = (await readdir(procRoot).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const [real, self] = await Promise.all([realpath(file), readlink(join(procRoot, "self")).catch(() => "")]);
  for (const id of processes) {
    if (id === self) continue;
    const folder = join(procRoot, id, "fd");
    for (const fd of await readdir(folder).catch(() => [])) {
      if ((await readlink(join(folder, fd)).catch(() => "")) !== real) continue;
      return `process ${id} (${(await readText(join(procRoot, id, "comm"))) ?? "unknown"})`;
    }
  }
  return undefined;
}

const readText = (file: string) =>
  readFile(file, "latin1").then(
    (text) => text.trim(),
    () => undefined,
  );

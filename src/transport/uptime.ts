import { readFile } from "node:fs/promises";
import { uptime } from "node:os";

/** Time that nobody sets, and that all processes of a machine share until it is started again. */
export interface Uptime {
  /** Which start of the machine; undefined where nobody tells. */
  readonly boot: string | undefined;
  /** Since then, in milliseconds, to about 10 ms; it goes on while the machine is suspended. */
  now(): number;
}

export async function machineUptime(): Promise<Uptime> {
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => undefined);
  return { boot: boot?.trim(), now: () => uptime() * 1000 };
}

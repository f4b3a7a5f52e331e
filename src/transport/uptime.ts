import { readFileSync } from "node:fs";
import { uptime } from "node:os";

/** Time that nobody sets, and that all processes of a machine share until it is started again. */
export interface Uptime {
  /** Which start of the machine; undefined where nobody tells. */
  readonly boot: string | undefined;
  /** Since then, in milliseconds, to about 10 ms; it goes on while the machine is suspended. */
  now(): number;
}

export function machineUptime(): Uptime {
  return { boot: bootId(), now: () => uptime() * 1000 };
}

/** The kernel answers at once: this file is on no disk. */
function bootId(): string | undefined {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return undefined;
  }
}

/** For how long the machine has been suspended since some moment, in milliseconds, to about 10 ms: only its uptime goes on then. */
export const suspendedMs = (): number => uptime() * 1000 - performance.now();

import { existsSync } from "node:fs";
import { loadLibc } from "./libc.ts";

/** There while systemd-timesyncd holds the clock in step. */
const timesyncFile = "/run/systemd/timesync/synchronized";
/** adjtimex(2): the kernel's clock is not synchronised. */
const unsynchronised = 5;
/** The answer stands for so long; milliseconds. */
const maxAgeMs = 10_000;

/** Tells whether the wall clock is right, by the word of whoever keeps it: timesyncd, or (chrony, ntpd, PTP) the kernel. */
export async function wallClockTrust(): Promise<() => boolean> {
  const kernel = await kernelTrust();
  let asked = Number.NEGATIVE_INFINITY;
  let trusted = false;
  return () => {
    const now = performance.now();
    if (now - asked > maxAgeMs) {
      asked = now;
      trusted = existsSync(timesyncFile) || kernel();
    }
    return trusted;
  };
}

async function kernelTrust(): Promise<() => boolean> {
  try {
    const { libc } = await loadLibc("the clock's state");
    const adjtimex = libc.func("int adjtimex(void *timex)");
    // All zeros asks and sets nothing; `struct timex` is smaller than this on every machine.
    const timex = Buffer.alloc(512);
    return () => {
      const state: number = adjtimex(timex.fill(0));
      return state >= 0 && state !== unsynchronised;
    };
  } catch {
    // Another system than Linux: nobody tells.
    return () => false;
  }
}

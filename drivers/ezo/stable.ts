import { sleep, Type } from "benchd/driver";

/** Readings are a second apart, as in the circuit's continuous mode. */
const betweenMs = 1000;

/** How long a reading has to stay within the tolerance. */
export const Seconds = Type.Integer({ minimum: 2, maximum: 120, default: 10, unit: "s" });

/** Probes take their time: give up after this; ms. */
export const patienceMs = 600_000;

/** Wait until the readings of `seconds` lie within `tolerance` of each other; the last of them. */
export async function stable(
  read: () => Promise<number>,
  { tolerance, seconds }: { readonly tolerance: number; readonly seconds: number },
): Promise<number> {
  const recent: number[] = [];
  for (;;) {
    const value = await read();
    recent.push(value);
    if (recent.length > seconds) {
      if (Math.max(...recent) - Math.min(...recent) <= tolerance) return value;
      recent.shift();
    }
    await sleep(betweenMs);
  }
}

import { report, sleep } from "benchd/driver";
import type { Setpoints } from "./setpoints.ts";

/** A ramp goes in steps of this length, and what the dialogue takes; ms. */
const stepMs = 200;

/**
 * Take the voltage to `to` V, no faster than `rate` V/s; `look` has to pass before each step. Resolves with what the
 * supply then shows.
 */
export async function ramp(
  setpoints: Setpoints,
  { to, rate }: { readonly to: number; readonly rate: number },
  look: () => Promise<void>,
): Promise<number> {
  const from = await setpoints.read("VOLT");
  const steps = Math.max(1, Math.ceil((Math.abs(to - from) / rate) * (1000 / stepMs)));
  for (let step = 1; step <= steps; step++) {
    await look();
    const next = from + ((to - from) * step) / steps;
    await setpoints.write("VOLT", step === steps ? to : Number(next.toFixed(4)));
    report({ done: step, of: steps });
    if (step < steps) await sleep(stepMs);
  }
  return setpoints.read("VOLT");
}

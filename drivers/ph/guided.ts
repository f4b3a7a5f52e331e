import { ask, DeviceFaultError, InputError, log, type Quantities, Type } from "benchd/driver";
import { Seconds } from "../ezo/stable.ts";

export const PH = Type.Number({ unit: "[pH]" });
export const Tolerance = Type.Number({ minimum: 0.001, maximum: 1, default: 0.02, unit: "[pH]" });
const Buffer = (ph: number) => Type.Number({ minimum: 0, maximum: 14, default: ph, unit: "[pH]" });
const Slope = (percent: number) => Type.Number({ minimum: 0, maximum: 200, default: percent, unit: "%" });

/** Somebody has so long to change the buffer; ms. */
const patienceMs = 1_800_000;
/** A reading this far from the buffer is that of another one; pH. */
const farOff = 1.5;
const maxTries = 3;

export type PointName = "mid" | "low" | "high";

export const guided = {
  title: "Calibrate at up to three buffers, asking for each",
  description:
    "Asks somebody to put the electrode into each buffer, waits until it is stable, and looks at the slope in the end. The first point clears all that the circuit had",
  input: Type.Object({
    points: Type.Integer({
      minimum: 1,
      maximum: 3,
      default: 3,
      unit: "1",
      description: "mid; mid and low; mid, low and high",
    }),
    mid: Buffer(7),
    low: Buffer(4),
    high: Buffer(10),
    minSlope: Slope(90),
    maxSlope: Slope(105),
    tolerance: Tolerance,
    seconds: Seconds,
  }),
  output: Type.Object({
    points: Type.Integer({ unit: "1" }),
    acid: Type.Union([Type.Number({ unit: "%" }), Type.Null()]),
    base: Type.Union([Type.Number({ unit: "%" }), Type.Null()]),
  }),
  timeoutMs: 4 * patienceMs,
  calibrates: true,
} as const;

interface Buffers {
  readonly points: number;
  readonly mid: number;
  readonly low: number;
  readonly high: number;
}

/** Which come one after the other. */
export function wantedPoints({ points, mid, low, high }: Buffers): readonly { name: PointName; ph: number }[] {
  if (!(low < mid && mid < high))
    throw new InputError(`buffers of pH ${low}, ${mid} and ${high} are not in order: low is below mid, high above it`);
  const all = [
    { name: "mid", ph: mid },
    { name: "low", ph: low },
    { name: "high", ph: high },
  ] as const;
  return all.slice(0, points);
}

/** Have the electrode put into the buffer, and wait until it is stable there; what it shows. */
export async function inBuffer(ph: number, of: string, stable: () => Promise<number>): Promise<number> {
  let aside = "";
  for (let tries = 0; tries < maxTries; tries++) {
    const message = `${aside}Rinse the electrode and put it into the buffer of pH ${ph.toFixed(2)} (${of}).`;
    await ask({ message, timeoutMs: patienceMs, onTimeout: "fail" });
    const shown = await stable();
    if (Math.abs(shown - ph) <= farOff) return shown;
    log.warning(`the electrode shows pH ${shown.toFixed(2)} where ${ph.toFixed(2)} is expected`);
    aside = `It shows pH ${shown.toFixed(2)}: that is another buffer. `;
  }
  throw new DeviceFaultError(
    `the electrode shows another buffer than pH ${ph.toFixed(2)}, ${maxTries} times: is it the right one, the electrode connected, and not dry?`,
  );
}

interface SlopeLimits {
  readonly minSlope: number;
  readonly maxSlope: number;
}

/** What is wrong with an electrode of that slope after so many points; undefined when nothing is. */
export function slopeProblem(fit: Quantities, { minSlope, maxSlope }: SlopeLimits, points: number): string | undefined {
  const sides = (["acid", "base"] as const).slice(0, points - 1);
  const told = sides.flatMap((side) => {
    const percent = fit[side]?.value;
    if (percent === undefined) return [`unknown on the ${side} side`];
    return percent >= minSlope && percent <= maxSlope ? [] : [`${percent} % on the ${side} side`];
  });
  return told.length > 0
    ? `the slope is ${told.join(", ")}, where ${minSlope} to ${maxSlope} % are in order`
    : undefined;
}

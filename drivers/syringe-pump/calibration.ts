import {
  ask,
  type Calibration,
  type CalibrationPoint,
  calibrate,
  DeviceFaultError,
  InputError,
  log,
  sleep,
  Type,
} from "benchd/driver";
import { fourDigits, shown } from "./protocol.ts";
import type { Syringe } from "./syringe.ts";

/** No syringe is so far from what its maker says: then another one is clamped in, or the outlet misses the vessel. */
const plausible = { least: 0.8, most: 1.25 };
/** After the pump stands still it drips on, and what has left the outlet is still falling; ms. */
const dribbleMs = 2000;
/** Two stable weights this far apart, in ms, must agree to within that, in g. */
const betweenMs = 500;
const agreement = 0.005;
const maxLooks = 60;
/** Somebody has so long to read a balance; ms. */
const patienceMs = 1_800_000;

const Grams = Type.Number({ unit: "g", description: "What the balance shows" });

export const weighed = {
  title: "Calibrate by weight",
  description:
    "Infuses some strokes of water and weighs each: by the balance in its slot, or by asking what a balance shows. From then on volumes go by the diameter that the syringe really has",
  input: Type.Object({
    volume: Type.Number({ exclusiveMinimum: 0, unit: "mL", default: 5, description: "Of each stroke" }),
    strokes: Type.Integer({ minimum: 2, maximum: 10, default: 3, unit: "1" }),
    density: Type.Number({
      minimum: 0.5,
      maximum: 3,
      unit: "g/mL",
      default: 0.9982,
      description: "Of the liquid at its temperature, as it is weighed; water at 20 °C unless told",
    }),
    tolerance: Type.Number({
      exclusiveMinimum: 0,
      maximum: 20,
      unit: "%",
      default: 3,
      description: "So far from their mean the strokes may be; a drop is 1 % of 5 mL",
    }),
  }),
  output: Type.Object({
    diameter: Type.Number({ unit: "mm" }),
    error: Type.Number({ unit: "%", description: "How much more has come than the pump had counted" }),
  }),
  reserves: ["balance"],
  calibrates: true,
} as const;

/** Inside; mm: what the calibration that counts has found, if it is one of the configured syringe. */
export function diameterBy(calibration: Calibration | undefined, configured: number): number {
  const { diameter, configured: before } = calibration?.fit ?? {};
  // Somebody has noted how far off it is, and corrected nothing.
  if (!diameter) return configured;
  const [ratio, was] = [(diameter.value / configured) ** 2, before?.value ?? configured];
  const fits = diameter.unit === "mm" && was === configured && ratio >= plausible.least && ratio <= plausible.most;
  if (fits) return diameter.value;
  throw new InputError(
    `the calibration of ${calibration?.at ? new Date(calibration.at).toISOString() : "before"} says ${diameter.value} ${diameter.unit}, which is not of the configured syringe of ${configured} mm: clear_calibration, then calibrate_by_weight`,
  );
}

interface Weighing {
  readonly syringe: Pick<Syringe, "remaining">;
  readonly stroke: Syringe["stroke"];
  readonly balance: { readonly invoke: { weigh(): Promise<{ readonly value: number }> } } | undefined;
  /** Inside, as the configuration has it, and as volumes go by it now; mm. */
  readonly configured: number;
  readonly diameter: number;
}

interface Wanted {
  readonly volume: number;
  readonly strokes: number;
  readonly density: number;
  readonly tolerance: number;
}

/** Infuse, weigh, and find the diameter that the syringe has. Nothing changes unless it comes to its end. */
export async function byWeight({ syringe, stroke, balance, configured, diameter }: Weighing, wanted: Wanted) {
  const { volume, strokes, density, tolerance } = wanted;
  const [start, of] = [syringe.remaining, volume * strokes];
  if (of > start + 1e-9)
    throw new InputError(
      `${strokes} strokes of ${shown(volume)} are more than the ${shown(start)} in the syringe: refill it and write "remaining", or ask for less`,
    );
  const points: CalibrationPoint[] = [];
  let infused = 0;
  let before = await weigh(balance, "Put a vessel on a balance, the outlet above it");
  for (let n = 1; n <= strokes; n++) {
    const counted = await stroke("INF", volume, { before: infused, of });
    infused += counted;
    await sleep(dribbleMs);
    const after = await weigh(balance, `Stroke ${n} of ${strokes} is in the vessel: wait until the balance is steady`);
    const [mass, real] = [after - before, (after - before) / density];
    before = after;
    log(`stroke ${n}: ${shown(counted)} counted, ${mass.toFixed(3)} g weighed, which are ${shown(real)}`);
    assertPlausible(real / counted, "calibrated");
    points.push({
      ...{ name: `stroke ${n}`, reference: { value: rounded(real), unit: "mL" } },
      measured: { value: counted, unit: "mL" },
      conditions: { mass: { value: rounded(mass), unit: "g" }, density: { value: density, unit: "g/mL" } },
    });
  }
  const sum = (what: "reference" | "measured") => points.reduce((all, one) => all + (one[what]?.value ?? 0), 0);
  const ratio = sum("reference") / sum("measured");
  const off = points.map(({ reference, measured }) => Math.abs(reference.value / (measured?.value ?? 0) / ratio - 1));
  const spread = 100 * Math.max(...off);
  if (spread > tolerance)
    throw new DeviceFaultError(
      `the strokes are up to ${spread.toFixed(1)} % from their mean, more than ${tolerance} %: is there air in the tube? Prime it and try again, with a larger volume`,
    );
  const found = Number(fourDigits(diameter * Math.sqrt(ratio), "mm"));
  assertPlausible((found / configured) ** 2, "corrected");
  // What has left is known better now than when it was counted.
  syringe.remaining = Math.max(0, start - sum("reference"));
  await calibrate({
    points,
    fit: {
      diameter: { value: found, unit: "mm" },
      configured: { value: configured, unit: "mm" },
      spread: { value: rounded(spread), unit: "%" },
    },
  });
  return { diameter: found, error: rounded(100 * (ratio - 1)) };
}

function assertPlausible(ratio: number, what: string): void {
  if (ratio >= plausible.least && ratio <= plausible.most) return;
  throw new DeviceFaultError(
    `${(100 * ratio).toFixed(0)} % of what was counted has been weighed, so nothing is ${what}: is the syringe the configured one, its tube full, the outlet above the vessel, and the density right?`,
  );
}

/** What lies on the balance when nothing falls any more; g. */
async function weigh(balance: Weighing["balance"], doing: string): Promise<number> {
  if (!balance) {
    const message = `${doing}, then tell what it shows, in g`;
    return ask({ message, schema: Grams, timeoutMs: patienceMs, onTimeout: "fail" });
  }
  let before = Number.NaN;
  for (let look = 0; look < maxLooks; look++) {
    const { value } = await balance.invoke.weigh();
    if (Math.abs(value - before) <= agreement) return value;
    before = value;
    await sleep(betweenMs);
  }
  throw new DeviceFaultError("the balance does not come to rest: is there a draught, or does the outlet still drip?");
}

const rounded = (value: number) => Number(value.toPrecision(6));

import { defineTwin } from "benchd/testing";
import { ezoCircuit } from "./ezo/circuit.ts";
import { Drift } from "./ezo/drift.ts";
import { between } from "./world/chance.ts";
import { labWorld } from "./world.ts";

/** Conductivity grows by this share per K. */
const perKelvin = 0.019;
/** What an uncalibrated circuit makes of a probe, and what it shows of a dry one; µS/cm. */
const uncalibrated = 1.08;
const dryOffset = 2.5;
const outputs = ["EC", "TDS", "S", "SG"] as const;

/**
 * An Atlas Scientific EZO-EC with a probe in a beaker; data sheet 6.0, pages 20 to 45; from firmware 2.10 on
 * only the conductivity is switched on (6.2, page 2). Not checked against a real circuit. Assumed: the low point alone
 * changes neither the readings nor the count.
 */
export default defineTwin(({ name, clock, share }) => {
  const chance = share(labWorld).chance(name);
  const sample = new Drift(clock.now(), 1413);
  const on = new Set<string>(["EC"]);
  let probe = 1;
  /** The temperature that the circuit believes in, °C; the sample has 25. */
  let believed = 25;
  let zero = 0;
  let points: readonly { readonly raw: number; readonly shown: number }[] = [];
  let low: { readonly raw: number; readonly shown: number } | undefined;

  const raw = () => (sample.at(clock.now()) * uncalibrated + dryOffset) / (1 + perKelvin * (believed - 25));
  const shown = () => {
    const felt = raw() - zero;
    const [first, second] = points;
    if (!first) return felt;
    if (!second) return (felt * first.shown) / first.raw;
    return first.shown + ((felt - first.raw) * (second.shown - first.shown)) / (second.raw - first.raw);
  };
  const point = (value: string) => ({ raw: raw() - zero, shown: Number(value) });
  const told = (act: () => void) => () => {
    act();
    return undefined;
  };

  const circuit = ezoCircuit({
    clock,
    type: "EC",
    firmware: "2.15",
    reading() {
      const ec = Math.max(0, shown() * (1 + between(chance, -0.0005, 0.0005)));
      const values = { EC: digits(ec), TDS: digits(ec * 0.54), S: (ec / 1960).toFixed(2), SG: "1.000" };
      return outputs.flatMap((each) => (on.has(each) ? [values[each]] : [])).join();
    },
    rules: [
      [
        /T,(-?\d+(?:\.\d+)?)/i,
        (celsius) => {
          believed = Number(celsius);
          return undefined;
        },
      ],
      [/T,\?/i, () => `?T,${believed.toFixed(2)}`],
      [
        /K,(\d+(?:\.\d+)?)/i,
        (k) => {
          probe = Number(k);
          return undefined;
        },
      ],
      [/K,\?/i, () => `?K,${probe.toFixed(1)}`],
      [/O,\?/i, () => `?,O,${outputs.filter((each) => on.has(each)).join() || "No output"}`],
      [
        /O,(EC|TDS|S|SG),([01])/i,
        (which = "", state) => {
          if (state === "1") on.add(which.toUpperCase());
          else on.delete(which.toUpperCase());
          return undefined;
        },
      ],
      [/Cal,\?/i, () => `?CAL,${points.length}`],
      [
        /Cal,clear/i,
        told(() => {
          points = [];
          zero = 0;
        }),
      ],
      [
        /Cal,dry/i,
        told(() => {
          zero = raw();
        }),
      ],
      [
        /Cal,low,(\d+(?:\.\d+)?)/i,
        (value = "") => {
          low = point(value);
          return undefined;
        },
      ],
      [
        /Cal,high,(\d+(?:\.\d+)?)/i,
        (value = "") => {
          if (!low) return "*ER";
          points = [low, point(value)];
          return undefined;
        },
      ],
      [
        /Cal,(\d+(?:\.\d+)?)/i,
        (value = "") => {
          points = [point(value)];
          return undefined;
        },
      ],
    ],
    poweredDown() {
      believed = 25;
    },
  });

  return {
    ...circuit,
    get continuous() {
      return circuit.continuous;
    },
    /** Somebody has switched all values on; the circuit keeps that. */
    switchAllOn() {
      for (const each of outputs) on.add(each);
    },
    /** The values that a reading has. */
    get on() {
      return outputs.filter((each) => on.has(each));
    },
    /** The probe is put into another solution; 0 is air. µS/cm at 25 °C. */
    put: (conductivity: number) => sample.put(clock.now(), conductivity),
  };
});

/** Four digits, two of them at most behind the point. */
const digits = (value: number) =>
  value >= 1000 ? Number(value.toPrecision(4)).toFixed(0) : value.toFixed(value < 100 ? 2 : 1);

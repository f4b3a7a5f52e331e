import { defineTwin } from "benchd/testing";
import { ezoCircuit } from "./ezo/circuit.ts";
import { Drift } from "./ezo/drift.ts";
import { Electrode, type Point } from "./ezo/electrode.ts";
import { between } from "./world/chance.ts";
import { labWorld } from "./world.ts";

/**
 * An Atlas Scientific EZO-pH with an electrode in a beaker; data sheet 5.9, pages 17 to 42. Not checked against a real
 * circuit. Assumed: `Cal,low` and `Cal,high` without a middle point are refused; replies to queries come in capitals.
 */
export default defineTwin(({ name, clock, share }) => {
  const chance = share(labWorld).chance(name);
  const electrode = new Electrode();
  const sample = new Drift(clock.now(), 7);
  const truth = () => sample.at(clock.now());

  const circuit = ezoCircuit({
    clock,
    type: "pH",
    firmware: "2.14",
    reading: () => (electrode.shown(truth()) + between(chance, -0.002, 0.002)).toFixed(3),
    rules: [
      [
        /T,(-?\d+(?:\.\d+)?)/i,
        (celsius) => {
          electrode.believed = Number(celsius);
          return undefined;
        },
      ],
      [/T,\?/i, () => `?T,${electrode.believed.toFixed(2)}`],
      [/Cal,\?/i, () => `?CAL,${electrode.count}`],
      [
        /Cal,clear/i,
        () => {
          electrode.clear();
          return undefined;
        },
      ],
      [
        /Cal,(mid|low|high),(\d+(?:\.\d+)?)/i,
        (point = "", ph) =>
          electrode.calibrate(point.toLowerCase() as Point, truth(), Number(ph)) ? undefined : "*ER",
      ],
      [/Slope,\?/i, () => `?SLOPE,${electrode.slope}`],
    ],
    poweredDown() {
      electrode.believed = 25;
    },
  });

  return {
    ...circuit,
    electrode,
    get continuous() {
      return circuit.continuous;
    },
    get asleep() {
      return circuit.asleep;
    },
    /** The electrode is put into another solution. */
    put: (ph: number) => sample.put(clock.now(), ph),
  };
});

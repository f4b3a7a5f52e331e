import { defineTwin, fault, Type } from "benchd/testing";
import { ezoCircuit } from "./ezo/circuit.ts";
import { Drift } from "./ezo/drift.ts";
import { Electrode, type Point } from "./ezo/electrode.ts";
import { between } from "./world/chance.ts";
import { labWorld } from "./world.ts";

/**
 * An Atlas Scientific EZO-pH with an electrode in the beaker on the pan, until it is put into something else; data sheet
 * 5.9, pages 17 to 42. Not checked against a real circuit. Assumed: `Cal,low` and `Cal,high` without a middle point are refused; replies to queries come in capitals.
 */
export default defineTwin(({ name, clock, share }) => {
  const world = share(labWorld);
  const chance = world.chance(name);
  const electrode = new Electrode();
  const sample = new Drift(clock.now(), world.beaker.ph);
  let inBeaker = true;
  world.beaker.onChange((at, ph) => inBeaker && sample.put(at, ph));
  const truth = () => {
    world.workOut();
    return sample.at(clock.now());
  };
  const put = (ph: number) => {
    world.workOut();
    inBeaker = false;
    sample.put(clock.now(), ph);
  };

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

  const putBack = () => {
    put(world.beaker.ph);
    inBeaker = true;
  };

  return {
    ...circuit,
    faults: {
      elsewhere: fault({
        title: "The electrode is not in the beaker on the pan, but in another solution, such as a buffer",
        input: Type.Object({ ph: Type.Number({ minimum: 0, maximum: 14, unit: "[pH]" }) }),
        apply({ ph }) {
          put(ph);
          return { end: putBack };
        },
      }),
      fresh_sample: fault({
        title: "Somebody has put a fresh sample on the pan",
        input: Type.Object({}),
        apply: () => void world.renew(),
      }),
    },
    electrode,
    get continuous() {
      return circuit.continuous;
    },
    get asleep() {
      return circuit.asleep;
    },
    /** The electrode is put into another solution. */
    put,
    /** It is put back into the beaker on the pan. */
    putBack,
  };
});

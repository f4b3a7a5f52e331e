import { defineTwin } from "benchd/testing";
import { ezoCircuit } from "./ezo/circuit.ts";
import { Probe } from "./ezo/probe.ts";
import { between } from "./world/chance.ts";
import { labWorld } from "./world.ts";

const scales: Readonly<Record<string, (celsius: number) => number>> = {
  c: (celsius) => celsius,
  k: (celsius) => celsius + 273.15,
  f: (celsius) => celsius * 1.8 + 32,
};
/** What the probe's own resistance adds before it is calibrated; K. */
const uncalibrated = 0.12;

/**
 * An Atlas Scientific EZO-RTD whose probe is in the one bath of the bench; data sheet 3.6, pages 17 to 43. Not checked
 * against a real circuit. Assumed: without a probe it shows -1023.000 in every scale.
 */
export default defineTwin(({ name, clock, share }) => {
  const world = share(labWorld);
  const chance = world.chance(name);
  const probe = new Probe(clock.now(), (now) => world.bath.temperature(now));
  let scale = "c";
  let connected = true;
  let correction = uncalibrated;
  let calibrated = false;
  const felt = () => probe.at(clock.now());

  const circuit = ezoCircuit({
    clock,
    type: "RTD",
    firmware: "2.10",
    reading() {
      if (!connected) return "-1023.000";
      const celsius = felt() + correction + between(chance, -0.01, 0.01);
      return (scales[scale]?.(celsius) ?? celsius).toFixed(3);
    },
    rules: [
      [/S,\?/i, () => `?S,${scale}`],
      [
        /S,([ckf])/i,
        (wanted = "c") => {
          scale = wanted.toLowerCase();
          return undefined;
        },
      ],
      [/Cal,\?/i, () => `?CAL,${calibrated ? 1 : 0}`],
      [
        /Cal,clear/i,
        () => {
          calibrated = false;
          correction = uncalibrated;
          return undefined;
        },
      ],
      [
        /Cal,(-?\d+(?:\.\d+)?)/i,
        (celsius) => {
          calibrated = true;
          correction = Number(celsius) - felt();
          return undefined;
        },
      ],
    ],
    // All it has been told is kept.
    poweredDown() {},
  });

  return {
    ...circuit,
    world,
    get continuous() {
      return circuit.continuous;
    },
    /** The probe is pulled out of its socket, or its wire breaks. */
    disconnectProbe() {
      connected = false;
    },
    connectProbe() {
      connected = true;
    },
  };
});

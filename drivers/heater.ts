import { defineThing, now, Type } from "benchd/driver";
import { actions, config, events, properties, setpoint } from "./heater/affordances.ts";
import probe from "./heater/probe.ts";
import { Regulator } from "./heater/regulator.ts";

/** The shortest pulse worth a relay's while, as a share of the cycle. */
const shortest = 0.05;

/**
 * A heater that a relay on the GPIO pin `heater` switches, and a probe, which is the Thing in the slot `probe`. It
 * regulates by switching on for a part of each cycle. Temperatures in °C, differences in K. Safe is off: on `stop`, when
 * an action is cancelled or fails, when a reading fails, and for good, until `clear_fault`, when it is too hot, heats too
 * slowly or too fast, gets warmer although it is off, or when the probe is lost. None of this replaces a thermal fuse.
 * Not tested on hardware.
 */
export default defineThing({
  title: "Heater",
  description: "A heater behind a relay, regulated by a temperature probe",
  config: Type.Object({
    ...config,
    cycle: Type.Number({
      minimum: 2,
      maximum: 300,
      default: 10,
      unit: "s",
      description: "It is switched on at most once in this time; 10 and more for a relay, 2 for a solid-state one",
    }),
  }),
  uses: { probe },
  // It is set with every look at the power: what hangs lets go of it.
  outputs: { heater: { safe: false, renewEveryMs: 3000 } },
  properties: {
    ...properties,
    setpoint: setpoint("heater"),
    on: { title: "It is switched on now", schema: Type.Boolean(), readOnly: true, observable: true, maxAgeMs: 0 },
  },
  actions,
  events,

  async open({ config, gpio, things, spawn, emit }) {
    const relay = await gpio.output("heater");
    const cycleMs = config.cycle * 1000;
    const regulator = new Regulator({
      limits: config,
      probe: () => things.probe.read.temperature(),
      apply(power) {
        const part = power < shortest ? 0 : power > 1 - shortest ? 1 : power;
        relay.write(now() % cycleMs < part * cycleMs);
      },
      tripped: (reason) => emit("tripped", { reason }),
    });
    spawn(() => regulator.sample());
    spawn(() => regulator.drive());

    return {
      read: {
        temperature: () => regulator.temperature,
        setpoint: () => regulator.setpoint ?? null,
        power: () => regulator.power,
        state: () => regulator.state,
        fault: () => regulator.fault ?? null,
        on: () => relay.read(),
      },
      write: {
        setpoint: (wanted) => (wanted === null ? regulator.off() : regulator.hold(wanted)),
      },
      invoke: {
        heat_to: async (approach) => ({ temperature: await regulator.approach(approach) }),
        clear_fault: () => regulator.clearFault(),
      },
      stop: () => regulator.off(),
      safe: () => regulator.off(),
      close: () => regulator.off(),
    };
  },
});

import { defineThing, log, Type } from "benchd/driver";
import { actions, config, events, properties, setpoint } from "./heater/affordances.ts";
import probe from "./heater/probe.ts";
import { Regulator } from "./heater/regulator.ts";
import supply, { SupplyDrive } from "./heater/supply.ts";

/**
 * As `heater`, but the element is fed by a power supply, the Thing in the slot `supply`: it regulates by the voltage, so
 * nothing switches. Safe is the output of the supply switched off. Voltages in V. Nobody else should set that supply:
 * what is set here is set again every 5 s. Not tested on hardware.
 */
export default defineThing({
  title: "Heater on a power supply",
  description: "A heater fed by a power supply, regulated by a temperature probe",
  config: Type.Object({
    ...config,
    maxVoltage: Type.Number({
      exclusiveMinimum: 0,
      maximum: 60,
      unit: "V",
      description: "At full power; what the element bears",
    }),
  }),
  uses: { probe, supply },
  // It is set with every look at the power, and that waits for the supply: what hangs lets go of it.
  outputs: { heater: { safe: false, renewEveryMs: 15_000 } },
  properties: { ...properties, setpoint: setpoint("heater") },
  actions,
  events,

  async open({ config, things, spawn, emit, output }) {
    const heater = output("heater");
    const drive = new SupplyDrive(things.supply, config.maxVoltage);
    const regulator = new Regulator({
      limits: config,
      probe: () => things.probe.read.temperature(),
      async apply(power) {
        if (power > 0) heater.set(true);
        await drive.apply(power);
        if (power === 0) heater.set(false);
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
      async close() {
        // When the supply was closed before, it has switched its output off itself.
        await regulator.off().catch((error: unknown) => log(`the supply does not take it any more: ${error}`));
      },
    };
  },
});

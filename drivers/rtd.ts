import { DeviceFaultError, defineThing, Type } from "benchd/driver";
import { book } from "./ezo/calibration.ts";
import { BaudRate, lineOf, openEzo } from "./ezo/dialogue.ts";
import { patienceMs, Seconds, stable } from "./ezo/stable.ts";

const Temperature = Type.Number({ unit: "Cel" });
const Tolerance = Type.Number({ minimum: 0.001, maximum: 10, default: 0.1, unit: "Cel" });
/** What it shows without a probe. */
const noProbe = -1023;

/**
 * Atlas Scientific EZO-RTD in UART mode, with a PT-100 or PT-1000: data sheet 3.6, pages 17 to 43. It drives nothing,
 * so every state is safe; waiting for a stable reading ends on a cancel. A reading without a probe is an error. Not
 * tested on hardware.
 */
export default defineThing({
  title: "Temperature probe",
  description: "Atlas Scientific EZO-RTD",
  config: Type.Object({ baudRate: BaudRate }),
  properties: {
    temperature: { title: "Temperature", schema: Temperature, readOnly: true, observable: true, maxAgeMs: 500 },
    calibrated: { title: "It was calibrated", schema: Type.Boolean(), readOnly: true },
  },
  actions: {
    measure: {
      title: "Wait for a stable reading",
      input: Type.Object({ tolerance: Tolerance, seconds: Seconds }),
      output: Type.Object({ temperature: Temperature }),
      timeoutMs: patienceMs,
    },
    calibrate: {
      title: "Calibrate at a known temperature, once the reading is stable",
      description: "There is one point: it replaces an earlier one",
      input: Type.Object({
        temperature: Type.Number({ minimum: -126, maximum: 1254, unit: "Cel" }),
        tolerance: Tolerance,
        seconds: Seconds,
      }),
      timeoutMs: patienceMs,
      calibrates: true,
    },
    clear_calibration: { title: "Forget the calibration, as from the factory", calibrates: true },
  },

  async open({ config, serial, calibration }) {
    const ezo = await openEzo(await serial.open(lineOf(config.baudRate)));
    const points = book({ ezo, calibration });

    async function temperature() {
      const value = await ezo.reading();
      if (value <= noProbe)
        throw new DeviceFaultError("there is no probe, or its wire is broken: the circuit shows -1023 °C");
      return value;
    }
    const calibrated = async () => (await points.count()) > 0;

    return {
      read: { temperature, calibrated },
      invoke: {
        async measure(wanted) {
          await points.check();
          return { temperature: await stable(temperature, wanted) };
        },
        async calibrate({ temperature: known, ...wanted }) {
          const shown = await stable(temperature, wanted);
          const reference = { value: Number(known.toFixed(3)), unit: "Cel" };
          await points.take({
            command: `Cal,${reference.value}`,
            point: { reference, measured: { value: shown, unit: "Cel" } },
            keeps: () => false,
            plausible: (after) => after > 0,
          });
        },
        clear_calibration: points.clear,
      },
      async identify() {
        const identity = await ezo.identify("RTD");
        // It keeps the scale over a power cut, and so whatever somebody set.
        await ezo.ensure("S", "c");
        return identity;
      },
    };
  },
});

import { DeviceFaultError, defineThing, InputError, MalformedReplyError, shield, Type } from "benchd/driver";
import { compensate, compensation } from "./ezo/compensation.ts";
import { BaudRate, lineOf, openEzo } from "./ezo/dialogue.ts";
import { patienceMs, Seconds, stable } from "./ezo/stable.ts";

const PH = Type.Number({ unit: "[pH]" });
const Tolerance = Type.Number({ minimum: 0.001, maximum: 1, default: 0.02, unit: "[pH]" });
const Points = Type.Integer({ minimum: 0, maximum: 3 });

/**
 * Atlas Scientific EZO-pH in UART mode: data sheet 5.9, pages 17 to 42. It drives nothing, so every state is safe;
 * waiting for a stable reading ends on a cancel. Calibration is kept by the circuit, temperature compensation is not.
 * Not tested on hardware.
 */
export default defineThing({
  title: "pH meter",
  description: "Atlas Scientific EZO-pH",
  config: Type.Object({ baudRate: BaudRate }),
  properties: {
    ph: { title: "pH", schema: PH, readOnly: true, observable: true, maxAgeMs: 1000 },
    compensation,
    calibration_points: { title: "Points it is calibrated at", schema: Points, readOnly: true },
    slope: {
      title: "How close the electrode is to an ideal one",
      description:
        "Acid and base side in percent; how far from zero it is at pH 7, null where the firmware does not tell it",
      schema: Type.Object({
        acid: Type.Number({ unit: "%" }),
        base: Type.Number({ unit: "%" }),
        offset: Type.Union([Type.Number({ unit: "mV" }), Type.Null()]),
      }),
      readOnly: true,
    },
  },
  actions: {
    measure: {
      title: "Wait for a stable reading",
      input: Type.Object({ tolerance: Tolerance, seconds: Seconds }),
      output: Type.Object({ ph: PH }),
      timeoutMs: patienceMs,
    },
    calibrate: {
      title: "Calibrate at a buffer, once the reading is stable",
      description: "The middle point comes first. It clears the others: refused when there are any, unless clearOthers",
      input: Type.Object({
        point: Type.Enum(["mid", "low", "high"]),
        ph: Type.Number({ minimum: 0, maximum: 14, unit: "[pH]", description: "Of the buffer, at its temperature" }),
        clearOthers: Type.Boolean({ default: false }),
        tolerance: Tolerance,
        seconds: Seconds,
      }),
      output: Type.Object({ points: Points }),
      timeoutMs: patienceMs,
    },
    clear_calibration: { title: "Forget all points, as from the factory" },
  },

  async open({ config, serial }) {
    const ezo = await openEzo(await serial.open(lineOf(config.baudRate)));
    const temperature = compensate(ezo);
    const points = () => ezo.askNumber("Cal");

    return {
      read: {
        ph: ezo.reading,
        compensation: temperature.read,
        calibration_points: points,
        async slope() {
          const [acid, base, offset = null] = (await ezo.ask("Slope")).map(Number);
          if (acid === undefined || base === undefined) throw new MalformedReplyError("the circuit tells no slope");
          return { acid, base, offset };
        },
      },
      write: { compensation: temperature.write },
      invoke: {
        async measure(wanted) {
          await temperature.check();
          return { ph: await stable(ezo.reading, wanted) };
        },
        async calibrate({ point, ph, clearOthers, ...wanted }) {
          const before = await points();
          if (point === "mid" && before > 0 && !clearOthers)
            throw new InputError(
              `it is calibrated at ${before} points, which the middle one clears: say clearOthers: true`,
            );
          if (point !== "mid" && before === 0)
            throw new InputError(`calibrate at the middle point first: it would clear the ${point} one`);
          await temperature.check();
          await stable(ezo.reading, wanted);
          return shield(async () => {
            await ezo.command(`Cal,${point},${ph.toFixed(2)}`);
            const after = await points();
            const plausible = point === "mid" ? after === 1 : after >= Math.max(2, before);
            if (!plausible)
              throw new DeviceFaultError(`the circuit counts ${after} points after Cal,${point}, and ${before} before`);
            return { points: after };
          });
        },
        async clear_calibration() {
          await ezo.command("Cal,clear");
          const left = await points();
          if (left > 0) throw new DeviceFaultError(`the circuit still counts ${left} points`);
        },
      },
      identify: () => ezo.identify("pH"),
    };
  },
});

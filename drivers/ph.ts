import { DeviceFaultError, defineThing, InputError, MalformedReplyError, type Quantities, Type } from "benchd/driver";
import { book } from "./ezo/calibration.ts";
import { compensate, compensation } from "./ezo/compensation.ts";
import { BaudRate, lineOf, openEzo } from "./ezo/dialogue.ts";
import { patienceMs, Seconds, stable } from "./ezo/stable.ts";
import { guided, inBuffer, PH, type PointName, slopeProblem, Tolerance, wantedPoints } from "./ph/guided.ts";

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
      calibrates: true,
    },
    calibrate_guided: guided,
    clear_calibration: { title: "Forget all points, as from the factory", calibrates: true },
  },

  async open({ config, serial, calibration }) {
    const ezo = await openEzo(await serial.open(lineOf(config.baudRate)));
    const temperature = compensate(ezo);

    async function slope() {
      const [acid, base, offset = null] = (await ezo.ask("Slope")).map(Number);
      if (acid === undefined || base === undefined || !Number.isFinite(acid + base))
        throw new MalformedReplyError("the circuit tells no slope");
      return { acid, base, offset };
    }

    /** A side that no point lies on shows that of an ideal electrode, which tells nothing. */
    const points = book({
      ezo,
      calibration,
      async fitOf(all) {
        const { acid, base, offset } = await slope();
        const has = (name: PointName) => all.some((one) => one.name === name);
        return {
          ...(has("low") && { acid: { value: acid, unit: "%" } }),
          ...(has("high") && { base: { value: base, unit: "%" } }),
          ...(offset !== null && { offset: { value: offset, unit: "mV" } }),
        };
      },
    });

    interface Measured {
      readonly name: PointName;
      readonly ph: number;
      readonly shown: number;
      readonly celsius: number;
    }
    const take = ({ name, ph, shown, celsius }: Measured, incomplete?: (fit: Quantities) => string | undefined) =>
      points.take({
        command: `Cal,${name},${ph.toFixed(2)}`,
        point: {
          name,
          reference: { value: Number(ph.toFixed(2)), unit: "[pH]" },
          measured: { value: shown, unit: "[pH]" },
          conditions: { temperature: { value: celsius, unit: "Cel" } },
        },
        // The middle point clears the others.
        keeps: (point) => name !== "mid" && point.name !== name,
        plausible: (after, before) => (name === "mid" ? after === 1 : after >= Math.max(2, before)),
        ...(incomplete && { incomplete }),
      });

    return {
      read: { ph: ezo.reading, compensation: temperature.read, calibration_points: points.count, slope },
      write: { compensation: temperature.write },
      invoke: {
        async measure(wanted) {
          await temperature.check();
          await points.check();
          return { ph: await stable(ezo.reading, wanted) };
        },
        async calibrate({ point: name, ph, clearOthers, ...wanted }) {
          const before = await points.count();
          if (name === "mid" && before > 0 && !clearOthers)
            throw new InputError(
              `it is calibrated at ${before} points, which the middle one clears: say clearOthers: true`,
            );
          if (name !== "mid" && before === 0)
            throw new InputError(`calibrate at the middle point first: it would clear the ${name} one`);
          const celsius = await temperature.check();
          const shown = await stable(ezo.reading, wanted);
          const { points: after } = await take({ name, ph, shown, celsius });
          return { points: after };
        },
        async calibrate_guided(wanted) {
          const all = wantedPoints(wanted);
          let fit: Quantities = {};
          let problem: string | undefined;
          for (const [n, { name, ph }] of all.entries()) {
            const shown = await inBuffer(ph, `${n + 1} of ${all.length}`, () => stable(ezo.reading, wanted));
            const celsius = await temperature.check();
            ({ fit } = await take({ name, ph, shown, celsius }, (found) => {
              if (n + 1 < all.length) return `${n + 1} of ${all.length} points`;
              problem = slopeProblem(found, wanted, all.length);
              return problem;
            }));
          }
          if (problem !== undefined)
            throw new DeviceFaultError(
              `${problem}: the buffers are not what they should be, or the electrode is worn or dirty; clean or replace it, then calibrate again`,
            );
          return { points: all.length, acid: fit["acid"]?.value ?? null, base: fit["base"]?.value ?? null };
        },
        clear_calibration: points.clear,
      },
      identify: () => ezo.identify("pH"),
    };
  },
});

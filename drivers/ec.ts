import { type CalibrationPoint, defineThing, InputError, Type } from "benchd/driver";
import { book } from "./ezo/calibration.ts";
import { compensate, compensation } from "./ezo/compensation.ts";
import { BaudRate, lineOf, openEzo } from "./ezo/dialogue.ts";
import { patienceMs, Seconds, stable } from "./ezo/stable.ts";

const Conductivity = Type.Number({ unit: "uS/cm" });
const Tolerance = Type.Number({
  minimum: 0.0001,
  maximum: 0.1,
  default: 0.01,
  unit: "1",
  description: "A share of the reading",
});
const Points = Type.Integer({ minimum: 0, maximum: 2 });

/** What each point leaves of those before it: a single standard takes the place of two, and two that of one. */
const kept: Readonly<Record<string, readonly string[]>> = {
  dry: ["one", "low", "high"],
  one: ["dry"],
  low: ["dry", "high"],
  high: ["dry", "low"],
};
/** The dry probe does not count, and neither does one of two standards. */
const countOf = (points: readonly CalibrationPoint[]) => {
  const has = (name: string) => points.some((one) => one.name === name);
  return has("one") ? 1 : has("low") && has("high") ? 2 : 0;
};

/**
 * Atlas Scientific EZO-EC in UART mode: data sheet 6.0, pages 20 to 45. Conductivity in µS/cm at 25 °C; its other
 * values are switched off. It drives nothing, so every state is safe; waiting for a stable reading ends on a cancel.
 * Not tested on hardware.
 */
export default defineThing({
  title: "Conductivity meter",
  description: "Atlas Scientific EZO-EC",
  config: Type.Object({
    baudRate: BaudRate,
    probeConstant: Type.Optional(
      Type.Number({ minimum: 0.1, maximum: 10, unit: "cm-1", description: "K of the probe: 0.1, 1 or 10" }),
    ),
  }),
  properties: {
    conductivity: { title: "Conductivity", schema: Conductivity, readOnly: true, observable: true, maxAgeMs: 1000 },
    compensation,
    calibration_points: { title: "Points it is calibrated at", schema: Points, readOnly: true },
    probe_constant: { title: "K of the probe", schema: Type.Number({ unit: "cm-1" }), readOnly: true },
  },
  actions: {
    measure: {
      title: "Wait for a stable reading",
      input: Type.Object({ tolerance: Tolerance, seconds: Seconds }),
      output: Type.Object({ conductivity: Conductivity }),
      timeoutMs: patienceMs,
    },
    calibrate: {
      title: "Calibrate at a standard, once the reading is stable",
      description:
        "First the dry probe; then one standard, or a low and a high one. One standard clears two: refused when there are two, unless clearOthers",
      input: Type.Object({
        point: Type.Enum(["dry", "one", "low", "high"]),
        conductivity: Type.Number({
          minimum: 0,
          maximum: 500_000,
          default: 0,
          unit: "uS/cm",
          description: "Of the standard at 25 °C; nothing for the dry probe",
        }),
        clearOthers: Type.Boolean({ default: false }),
        tolerance: Tolerance,
        seconds: Seconds,
      }),
      output: Type.Object({ points: Points }),
      timeoutMs: patienceMs,
      calibrates: true,
    },
    clear_calibration: { title: "Forget all points, as from the factory", calibrates: true },
  },

  async open({ config, serial, calibration }) {
    const ezo = await openEzo(await serial.open(lineOf(config.baudRate)));
    const temperature = compensate(ezo);
    const points = book({ ezo, calibration, countOf });

    /** Its settings wear its memory: only what differs is written. */
    async function setUp() {
      const shown = (await ezo.ask("O")).map((value) => value.toUpperCase());
      for (const other of ["TDS", "S", "SG"]) if (shown.includes(other)) await ezo.command(`O,${other},0`);
      if (!shown.includes("EC")) await ezo.command("O,EC,1");
      if (config.probeConstant !== undefined) await ezo.ensure("K", config.probeConstant.toFixed(1));
    }

    const settled = ({ tolerance, seconds }: { tolerance: number; seconds: number }) => {
      // Relative: 1 % of 80 000 µS/cm is a lot, and of 5 µS/cm nothing.
      const logarithm = async () => Math.log(Math.max(await ezo.reading(), 0.01));
      return stable(logarithm, { tolerance: Math.log1p(tolerance), seconds });
    };

    return {
      read: {
        conductivity: ezo.reading,
        compensation: temperature.read,
        calibration_points: points.count,
        probe_constant: () => ezo.askNumber("K"),
      },
      write: { compensation: temperature.write },
      invoke: {
        async measure(wanted) {
          await temperature.check();
          await points.check();
          return { conductivity: Number(Math.exp(await settled(wanted)).toPrecision(4)) };
        },
        async calibrate({ point, conductivity, clearOthers, ...wanted }) {
          const before = await points.count();
          if (point !== "dry" && conductivity <= 0) throw new InputError("say the conductivity of the standard");
          if (point === "one" && before > 1 && !clearOthers)
            throw new InputError("it is calibrated at 2 points, which a single one clears: say clearOthers: true");
          const celsius = await temperature.check();
          const shown = Number(Math.exp(await settled(wanted)).toPrecision(4));
          const standard = Number(conductivity.toPrecision(6));
          const which = { dry: "dry", one: `${standard}`, low: `low,${standard}`, high: `high,${standard}` }[point];
          const { points: after } = await points.take({
            command: `Cal,${which}`,
            point: {
              name: point,
              reference: { value: point === "dry" ? 0 : standard, unit: "uS/cm" },
              measured: { value: shown, unit: "uS/cm" },
              conditions: { temperature: { value: celsius, unit: "Cel" } },
            },
            keeps: ({ name = "" }) => name !== point && (kept[point] ?? []).includes(name),
            plausible: (after, before) => after === { dry: before, one: 1, low: after, high: 2 }[point],
            incomplete: (_, all) =>
              countOf(all) === 0 ? `there is only ${all.map(({ name }) => name).join(" and ")}` : undefined,
          });
          return { points: after };
        },
        clear_calibration: points.clear,
      },
      async identify() {
        const identity = await ezo.identify("EC");
        await setUp();
        return identity;
      },
    };
  },
});

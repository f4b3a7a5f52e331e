import { calibrate, defineThing, sleep, Type } from "benchd/driver";
import { openBench } from "benchd/testing";
import type { Placed, TestBenchOptions } from "../../../src/testing/open-bench.ts";

/** Has no hardware, and takes what it is told for what it has found. */
const meter = defineThing({
  title: "Meter",
  config: Type.Object({ serialNumber: Type.Optional(Type.String()) }),
  properties: {
    gain: {
      title: "Gain it works with",
      maxAgeMs: 0,
      schema: Type.Union([Type.Number(), Type.Null()]),
      readOnly: true,
    },
  },
  actions: {
    measure: { title: "Measure for a second" },
    look: { title: "Look", safe: true },
    hurry: { title: "Hurry", urgent: true },
    calibrate: { title: "Calibrate", input: Type.Object({ gain: Type.Number() }), calibrates: true },
    forget: { title: "Forget", calibrates: true },
  },
  async open({ config: { serialNumber }, calibration }) {
    return {
      read: { gain: () => calibration()?.fit["gain"]?.value ?? null },
      invoke: {
        measure: () => sleep(1000),
        look() {},
        hurry() {},
        calibrate: ({ gain }) =>
          calibrate({
            points: [{ reference: { value: 2 * gain, unit: "V" }, measured: { value: 2, unit: "V" } }],
            fit: { gain: { value: gain, unit: "1" } },
          }),
        forget: () => calibrate({ points: [], fit: {}, note: "forgotten" }),
      },
      stop() {},
      identify: () => ({ model: "M1", ...(serialNumber !== undefined && { serialNumber }) }),
    };
  },
});

/** Measures with the meter twice, and has it calibrated in between. */
const lab = defineThing({
  title: "Lab",
  config: Type.Object({}),
  uses: { meter },
  actions: {
    series: { title: "Measure, calibrate, measure", reserves: ["meter"] },
    pair: { title: "Measure twice", reserves: ["meter"] },
  },
  async open({ things }) {
    return {
      invoke: {
        async series() {
          await things.meter.invoke.measure();
          await things.meter.invoke.calibrate({ gain: 3 });
          await things.meter.invoke.measure();
        },
        async pair() {
          await things.meter.invoke.measure();
          await things.meter.invoke.measure();
        },
      },
    };
  },
});

type Asked = Pick<Placed, "calibration"> & TestBenchOptions & { readonly serialNumber?: string };

export const openMeter = ({ calibration, serialNumber, ...options }: Asked = {}) =>
  openBench(
    {
      meter: { definition: meter, calibration, config: serialNumber === undefined ? {} : { serialNumber } },
      lab: { definition: lab, uses: { meter: "meter" } },
    },
    options,
  );

import { DeviceFaultError, defineThing, log, now, report, sleep, Type } from "benchd/driver";
import { Pulses } from "./flow-meter/pulses.ts";

const Volume = Type.Number({ minimum: 0, unit: "mL" });
const Flow = Type.Number({ minimum: 0, unit: "mL/min" });
/** How often an action looks at what has passed; ms. */
const lookMs = 50;
const reportMs = 1000;

/**
 * A flow meter with a pulse output (turbine, oval gear) on the GPIO pin `pulses`; each rising edge counts. Its data sheet
 * tells the pulses per litre, and what it can measure: pulses that come twice as fast as that are interference. They and
 * pulses that were lost are not in the volume but in `doubtful`, and an action during which there are any fails. Volumes
 * in mL, flow in mL/min. It drives nothing; waiting ends on a cancel. Not tested on hardware.
 */
export default defineThing({
  title: "Flow meter",
  description: "A flow meter with a pulse output, such as a turbine",
  config: Type.Object({
    pulsesPerLitre: Type.Number({ exclusiveMinimum: 0, maximum: 1e6, unit: "/L", description: "Its K-factor" }),
    maxFlow: Type.Number({ exclusiveMinimum: 0, unit: "mL/min", default: 30_000, description: "The most it measures" }),
    zeroAfter: Type.Number({
      minimum: 0.1,
      maximum: 60,
      unit: "s",
      default: 2,
      description: "Without a pulse for so long, nothing flows",
    }),
  }),
  properties: {
    flow: { title: "Flow", schema: Flow, readOnly: true, observable: true },
    volume: { title: "Volume since the last reset", schema: Volume, readOnly: true, observable: true, maxAgeMs: 0 },
    doubtful: {
      title: "Pulses since the last reset that were lost, or came too fast",
      schema: Type.Integer({ minimum: 0 }),
      readOnly: true,
      observable: true,
      maxAgeMs: 0,
    },
  },
  actions: {
    reset_total: { title: "Count from zero", idempotent: true },
    measure: {
      title: "Measure what flows in a time",
      input: Type.Object({ seconds: Type.Number({ exclusiveMinimum: 0, maximum: 86_400, unit: "s" }) }),
      output: Type.Object({ volume: Volume, flow: Flow }),
      safe: true,
    },
    wait_for_volume: {
      title: "Wait until a volume has passed, from now on",
      input: Type.Object({
        volume: Type.Number({ exclusiveMinimum: 0, unit: "mL" }),
        patience: Type.Number({
          exclusiveMinimum: 0,
          maximum: 86_400,
          unit: "s",
          default: 30,
          description: "When nothing has flowed for so long, it fails",
        }),
      }),
      output: Type.Object({ volume: Volume }),
      safe: true,
    },
  },

  async open({ config, gpio, spawn }) {
    const { pulsesPerLitre, maxFlow } = config;
    const mLPerPulse = 1000 / pulsesPerLitre;
    const shortestMs = (60_000 * mLPerPulse) / maxFlow / 2;
    const pulses = new Pulses(shortestMs, config.zeroAfter * 1000);
    const count = () => ({ counted: pulses.counted, doubtful: pulses.doubtful });
    let reset = count();
    const input = await gpio.input("pulses");

    spawn(async () => {
      for await (const { rising, at, missed = 0 } of input.edges()) {
        const trusted = pulses.doubtful === reset.doubtful;
        // A pulse has two edges.
        pulses.doubtful += Math.ceil(missed / 2);
        if (rising) pulses.add(at);
        if (trusted && pulses.doubtful > reset.doubtful)
          log.warning(
            "pulses were lost, or came faster than the meter can make them: look at its cable and its supply",
          );
      }
    });

    /** What passes from now on, in mL. Throws when the count cannot be trusted. */
    function meter(): () => number {
      const start = count();
      return () => {
        const doubtful = pulses.doubtful - start.doubtful;
        if (doubtful > 0)
          throw new DeviceFaultError(
            `${doubtful} pulses were lost or came faster than the meter can make them: how much has passed is not known`,
          );
        return (pulses.counted - start.counted) * mLPerPulse;
      };
    }

    return {
      read: {
        flow: () => pulses.rate(now()) * mLPerPulse * 60,
        volume: () => (pulses.counted - reset.counted) * mLPerPulse,
        doubtful: () => pulses.doubtful - reset.doubtful,
      },
      invoke: {
        reset_total() {
          reset = count();
        },
        async measure({ seconds }) {
          const passed = meter();
          const began = now();
          for (let left = seconds * 1000; left > 0; left = began + seconds * 1000 - now()) {
            await sleep(Math.min(reportMs, left));
            report({ done: (now() - began) / 1000, of: seconds });
          }
          const volume = passed();
          return { volume, flow: (volume * 60_000) / (now() - began) };
        },
        async wait_for_volume({ volume, patience }) {
          const passed = meter();
          let before = 0;
          for (let last = now(); ; await sleep(lookMs)) {
            const so = passed();
            if (so >= volume) return { volume: so };
            if (so > before) last = now();
            before = so;
            report({ done: so, of: volume });
            if (now() - last > patience * 1000)
              throw new DeviceFaultError(
                `nothing has flowed for ${patience} s, after ${so.toFixed(1)} of ${volume} mL: a valve is closed, the supply is empty, or the meter is not connected`,
              );
          }
        },
      },
    };
  },
});

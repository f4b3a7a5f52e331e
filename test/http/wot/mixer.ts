import { onTestFinished } from "vitest";
import { shield, sleep } from "../../../src/ambient.ts";
import { DeviceFaultError } from "../../../src/errors.ts";
import { defineThing } from "../../../src/thing/define.ts";
import { Type } from "../../../src/typebox.ts";
import { openCounterBench } from "../counter-bench.ts";

/** A device that has one affordance of each kind, and fails as it is told. */
function mixer() {
  const device = {
    /** What has reached it, in order. */
    done: [] as unknown[],
    jams: false,
    /** Jams at this alone. */
    jamsAt: "",
    jam: (): Error => new DeviceFaultError("it jams"),
    dark: false,
    overheat: (_celsius: number) => {},
    open: () => {},
  };
  const note = (what: unknown) => {
    if (device.jams || (device.jamsAt && JSON.stringify(what).includes(device.jamsAt))) throw device.jam();
    device.done.push(what);
  };
  const definition = defineThing({
    title: "Mixer",
    description: "Stirs.",
    config: Type.Object({}),
    properties: {
      speed: {
        title: "Speed",
        schema: Type.Integer({ unit: "/min", minimum: 0, maximum: 1000 }),
        observable: true,
        maxAgeMs: 0,
      },
      ramp: {
        title: "Ramp",
        schema: Type.Object({ up: Type.Number(), down: Type.Number({ default: 1 }) }),
        maxAgeMs: 0,
      },
      heat: { title: "Heat", schema: Type.Boolean(), maxAgeMs: 0 },
      lid: { title: "Lid", schema: Type.String(), readOnly: true, maxAgeMs: 0 },
    },
    actions: {
      weigh: {
        title: "Weigh",
        input: Type.Object({ times: Type.Integer({ default: 1 }) }),
        output: Type.Number({ unit: "g" }),
        ...{ synchronous: true, timeoutMs: 5000 },
      },
      beep: { title: "Beep", synchronous: true, timeoutMs: 5000 },
      stir: {
        title: "Stir",
        input: Type.Object({ seconds: Type.Number({ unit: "s" }) }),
        output: Type.String(),
      },
      rinse: { title: "Rinse" },
      stubborn: { title: "Cleans up for long" },
    },
    events: {
      overheated: { title: "Too hot", data: Type.Number({ unit: "Cel" }) },
      opened: { title: "Opened", data: Type.Null() },
    },
    open: async ({ emit }) => {
      let speed = 0;
      let heat = false;
      let ramp = { up: 1, down: 1 };
      device.overheat = (celsius) => emit("overheated", celsius);
      device.open = () => emit("opened", null);
      return {
        read: {
          speed: () => speed,
          heat: () => heat,
          ramp: () => ramp,
          lid() {
            if (device.dark) throw new DeviceFaultError("nothing to be seen");
            return "closed";
          },
        },
        write: {
          speed(value) {
            note({ speed: value });
            speed = value;
          },
          heat(value) {
            note({ heat: value });
            heat = value;
          },
          ramp(value) {
            note({ ramp: value });
            ramp = value;
          },
        },
        invoke: {
          async weigh({ times }) {
            note("weigh");
            for (let i = 1; i < times; i++) await sleep(1000);
            return times;
          },
          beep: () => note("beep"),
          async stir({ seconds }) {
            note("stir");
            await sleep(seconds * 1000);
            return "stirred";
          },
          rinse: () => note("rinse"),
          async stubborn() {
            await shield(() => sleep(4000));
            await sleep(1);
          },
        },
        async stop() {
          note("stop");
        },
      };
    },
  });
  return { device, definition };
}

export type MixerBench = Awaited<ReturnType<typeof openMixer>>;

/** A bench with the mixer on it. */
export async function openMixer(options: Parameters<typeof openCounterBench>[0] = {}) {
  const { device, definition } = mixer();
  const bench = await openCounterBench({ drivers: { mixer: definition }, ...options });
  onTestFinished(() => bench.close());
  const send = (method: "GET" | "PUT" | "POST" | "DELETE", url: string, body?: unknown, headers = {}) =>
    bench.app.inject({
      method,
      url: url.startsWith("/") ? url : `/things/mixer/${url}`,
      headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    });
  device.done.length = 0;
  return { ...bench, device, send };
}

import { DeviceFaultError, defineThing, deliver, lines, shield, sleep, Type, WrongDeviceError } from "benchd/driver";
import type { Clock } from "../../src/clock.ts";

/** What is done under this name is counted by the device. */
const Job = Type.Object({
  token: Type.String({ maxLength: 200 }),
  seconds: Type.Number({ minimum: 0, maximum: 20, unit: "s" }),
});

/** What is asked of the tester later than that is not begun; ms. */
export const laterMs = 300_000;
/** The grace of what does not listen; ms. */
export const persistGraceMs = 1000;

const written = (token: string) => Buffer.from(token).toString("hex");

/**
 * A device of the soak's own, which knows what it was told to do, and how often. `persist` is what no driver should be:
 * it hears no cancel and catches every error, and goes on to write to the line and the pin.
 */
export const testerDriver = (clock: Clock) =>
  defineThing({
    title: "Tester",
    config: Type.Object({}),
    outputs: { valve: { safe: false, maxOnMs: 30_000, renewEveryMs: 10_000 } },
    properties: {
      ready: { title: "It says that it is ready", schema: Type.Boolean(), readOnly: true, maxAgeMs: 0 },
      level: { title: "Level", schema: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }), maxAgeMs: 0 },
      valve: { title: "Valve", schema: Type.Boolean(), drives: "valve", maxAgeMs: 0 },
    },
    actions: {
      once: { title: "Do something once", input: Job },
      later: { title: "Do something once, also after a restart", input: Job, restartWithinMs: laterMs },
      persist: { title: "Do something and hear nothing", input: Job, cancelGraceMs: persistGraceMs },
    },

    async open({ serial, gpio }) {
      const line = await serial.open({
        baudRate: 9600,
        codec: lines({ send: "\n", receive: "\n", immediate: "!" }),
        replyTimeoutMs: 1000,
        resync: { quietMs: 50, probe: "ID?", accepts: (reply) => reply.startsWith("TESTER") },
      });
      const valve = await gpio.output("valve");

      async function told(command: string): Promise<void> {
        const reply = await line.request(command);
        if (reply !== "OK") throw new DeviceFaultError(`the tester answers ${command} by ${reply}`);
      }

      async function job({ token, seconds }: { token: string; seconds: number }): Promise<void> {
        const amount = { unit: "1", requested: 1 };
        deliver({ ...amount, confirmed: 0, uncertain: 1 });
        try {
          await told(`DO ${written(token)}`);
          deliver({ ...amount, confirmed: 1 });
          await sleep(seconds * 1000);
        } finally {
          await shield(() => told("END"));
        }
      }

      /** Once, whatever comes of it. */
      async function tried(act: () => unknown): Promise<void> {
        try {
          await act();
        } catch {
          // It would not listen.
        }
      }

      return {
        async identify() {
          const reply = await line.request("ID?");
          if (!reply.startsWith("TESTER")) throw new WrongDeviceError(`this is no tester: it says ${reply}`);
          return { model: "Tester" };
        },
        async stop() {
          await line.breakIn("!");
          const state = await line.request("STATE?");
          if (state !== "IDLE") throw new DeviceFaultError(`the tester is ${state} after a stop`);
        },
        read: {
          ready: async () => (await line.request("READY?")) === "1",
          level: async () => Number(await line.request("LEVEL?")),
          valve: () => valve.read(),
        },
        write: {
          level: (value) => told(`LEVEL ${value}`),
          valve: (on) => valve.write(on),
        },
        invoke: {
          once: job,
          later: job,
          async persist({ token, seconds }) {
            for (let n = 0; n < seconds * 10; n++) {
              await new Promise<void>((resolve) => clock.after(100, resolve));
              await tried(() => valve.write(true));
              await tried(() => shield(() => told(`PUSH ${written(token)}`)));
            }
            await tried(() => valve.write(false));
          },
        },
      };
    },
  });

import { defineThing, lines, sleep, Type } from "../src/driver.ts";

/** A Thing as small as they come that can be stopped, on a serial line: `!` ends whatever it does. */
export const stopper = defineThing({
  title: "Stopper",
  config: Type.Object({}),
  properties: {
    temperature: { title: "Temperature", schema: Type.Number({ unit: "Cel" }), readOnly: true, maxAgeMs: 0 },
  },
  actions: { work: { title: "Talk to the device until somebody ends it" } },
  async open({ serial }) {
    const line = await serial.open({
      baudRate: 115_200,
      codec: lines("\n"),
      replyTimeoutMs: 250,
      resync: { quietMs: 20, probe: "T?", accepts: (reply) => reply === "21.53" },
    });
    return {
      read: { temperature: async () => Number(await line.request("T?")) },
      invoke: {
        async work() {
          for (;;) {
            await line.request("SET 1");
            await sleep(5);
          }
        },
      },
      stop: () => line.breakIn("!"),
    };
  },
});

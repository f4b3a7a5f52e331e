import { defineThing, lines, sleep, Type } from "benchd/driver";
import { defineTwin, simulateSerial } from "benchd/testing";

const everyMs = 500;

/** Another Thing on the same bench, which reads its thermometer at its own pace whatever happens beside it. */
export const bystander = {
  definition: defineThing({
    title: "Bystander",
    config: Type.Object({}),
    properties: {
      slowest: { title: "Longest time between two readings", schema: Type.Number({ unit: "ms" }), readOnly: true },
    },
    actions: { watch: { title: "Read on and on" } },
    async open({ serial }) {
      const line = await serial.open({ baudRate: 9600, codec: lines("\n") });
      let slowest = 0;
      return {
        read: { slowest: () => slowest },
        invoke: {
          async watch() {
            for (let last = Number(await line.request("NOW?")); ; await sleep(everyMs)) {
              const now = Number(await line.request("NOW?"));
              slowest = Math.max(slowest, now - last);
              last = now;
            }
          },
        },
      };
    },
  }),
  twin: defineTwin(({ clock }) =>
    simulateSerial({
      clock,
      baudRate: 9600,
      commandEnd: "\n",
      frame: (reply) => `${reply}\n`,
      rules: [[/NOW\?/, () => String(clock.now())]],
    }),
  ),
};

/** It may wait so long between two readings, ms: for its turn, the wire, and nobody else. */
export const undisturbedMs = everyMs + 50;

import { defineThing, sleep, Type } from "benchd/driver";
import { nowUs, swing } from "./edges.ts";

/** An input as small as they come: each edge of it is told as an event. Asked for edges, it has its twin make them. */
export default defineThing({
  title: "Input",
  config: Type.Object({}),
  events: { edge: { title: "The level has changed", data: Type.Boolean() } },
  actions: {
    swing: {
      title: "Make so many edges, and tell when each was set; µs",
      input: Type.Object({
        count: Type.Integer({ minimum: 1, maximum: 10_000 }),
        everyMs: Type.Number({ minimum: 1 }),
      }),
      output: Type.Array(Type.Number()),
    },
  },
  async open({ gpio, emit, spawn }) {
    const input = await gpio.input("input");
    spawn(async () => {
      for await (const { rising } of input.edges()) emit("edge", rising);
    });
    return {
      invoke: {
        async swing({ count, everyMs }) {
          const set: number[] = [];
          while (set.length < count) {
            await sleep(everyMs);
            set.push(nowUs());
            swing.flip?.();
          }
          return set;
        },
      },
    };
  },
});

/** A driver as small as they come: what its one action measures is the way to the device and back. */
import { defineThing, lines, Type } from "benchd/driver";

export default defineThing({
  title: "Thermometer that is asked again and again",
  config: Type.Object({}),
  actions: {
    ask: {
      title: "Ask so many times, one after the other, and tell how long each answer took, in µs",
      input: Type.Object({ count: Type.Integer({ minimum: 1, maximum: 10_000 }) }),
      output: Type.Array(Type.Integer()),
    },
  },
  async open({ serial }) {
    const line = await serial.open({ baudRate: 115_200, codec: lines("\n") });
    return {
      invoke: {
        async ask({ count }) {
          const took: number[] = [];
          while (took.length < count) {
            const from = performance.now();
            await line.request("T?");
            took.push(Math.round((performance.now() - from) * 1000));
          }
          return took;
        },
      },
    };
  },
});

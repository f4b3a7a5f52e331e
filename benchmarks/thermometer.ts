import { realClock } from "../src/clock.ts";
import { defineThing, lines, Type } from "../src/driver.ts";
import { checkBench } from "../src/gateway/bench.ts";
import { type Catalogue, openCatalogue } from "../src/gateway/catalogue.ts";
import { Gateway } from "../src/gateway/gateway.ts";

/** The exchanges of a running action, in µs. */
const Took = Type.Array(Type.Number());

/** A Thing as small as they come, on a real serial line. */
const thermometer = defineThing({
  title: "Thermometer",
  config: Type.Object({}),
  properties: {
    temperature: { title: "Temperature", schema: Type.Number({ unit: "Cel" }), readOnly: true, maxAgeMs: 0 },
    shared: { title: "The same for many who ask", schema: Type.Number({ unit: "Cel" }), readOnly: true, maxAgeMs: 100 },
  },
  actions: {
    watch: {
      title: "Ask again and again, and tell how long each answer took, in ms",
      input: Type.Object({ seconds: Type.Number() }),
      output: Took,
    },
  },
  async open({ serial }) {
    const line = await serial.open({ baudRate: 115_200, codec: lines("\n") });
    const temperature = async () => Number(await line.request("T?"));
    return {
      read: { temperature, shared: temperature },
      invoke: {
        async watch({ seconds }) {
          const took: number[] = [];
          const until = performance.now() + seconds * 1000;
          for (let from = performance.now(); from < until; from = performance.now()) {
            await line.request("SET 1");
            took.push(performance.now() - from);
          }
          return took;
        },
      },
    };
  },
});

/** A gateway with the thermometer alone, at that serial port. */
export async function openThermometer(path: string) {
  const ours = openCatalogue();
  const catalogue: Catalogue = { ...ours, definition: async () => thermometer, twin: async () => undefined };
  const text = `things: { thermometer: { driver: counter, serial: ${path} } }`;
  const config = await checkBench(text, "benchmark.yaml", catalogue);
  return { config, gateway: await Gateway.open({ config, catalogue, clock: realClock, mock: false, log: () => {} }) };
}

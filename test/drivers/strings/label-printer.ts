import { defineThing, lines, Type } from "benchd/driver";
import { defineTwin, simulateSerial } from "benchd/testing";
import { contract } from "../contract.ts";

/** A device that is told texts in every way there is: without it, drivers of numbers alone would prove nothing. */
const definition = defineThing({
  title: "Label printer",
  config: Type.Object({ heading: Type.String({ default: "LAB" }) }),
  properties: {
    footer: { title: "Below each label", schema: Type.Union([Type.String(), Type.Null()]) },
  },
  actions: {
    print: {
      title: "Print a label",
      input: Type.Object({
        text: Type.String(),
        lines: Type.Array(Type.Object({ left: Type.String() })),
        copies: Type.Integer({ default: 1 }),
      }),
    },
    fields: { title: "Fill in a form", input: Type.Record(Type.String(), Type.String()) },
  },
  async open({ config, serial }) {
    const line = await serial.open({ baudRate: 9600, codec: lines("\r\n") });
    const say = (text: string) => line.request(`PRINT ${text}`);
    let footer: string | null = null;
    await say(config.heading);
    return {
      read: { footer: () => footer },
      write: {
        async footer(text) {
          if (text !== null) await say(text);
          footer = text;
        },
      },
      invoke: {
        async print({ text, lines, copies }) {
          for (let copy = 0; copy < copies; copy++) for (const { left } of [{ left: text }, ...lines]) await say(left);
        },
        async fields(all) {
          for (const [name, value] of Object.entries(all)) await line.send(`FIELD ${name} ${value}`);
        },
      },
    };
  },
});

export const labelPrinter = contract({
  thing: "printer",
  things: {
    printer: {
      definition,
      twin: defineTwin(({ clock }) =>
        simulateSerial({
          clock,
          baudRate: 9600,
          commandEnd: "\r\n",
          frame: (reply) => `${reply}\r\n`,
          rules: [[/PRINT .*/, () => "OK"]],
        }),
      ),
    },
  },
  inputs: { print: { text: "a", lines: [{ left: "b" }], copies: 1 }, fields: { name: "c" } },
});

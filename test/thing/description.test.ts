import { Type } from "typebox";
import { describe, expect, it } from "vitest";
import { dataSchema } from "../../src/thing/data-schema.ts";
import { defineThing } from "../../src/thing/define.ts";
import { describeThing } from "../../src/thing/description.ts";

const pump = defineThing({
  title: "Pump",
  description: "Moves liquid.",
  config: Type.Object({}),
  properties: {
    volume: { title: "Volume", schema: Type.Number({ unit: "mL", minimum: 0 }), readOnly: true, observable: true },
    rate: { title: "Rate", description: "How fast", schema: Type.Number({ unit: "mL/min", default: 1, title: "no" }) },
  },
  actions: {
    dispense: {
      title: "Dispense",
      input: Type.Object({ volume: Type.Number({ unit: "mL" }) }),
      output: Type.Number({ unit: "mL" }),
    },
    look: { title: "Look", safe: true, idempotent: true },
  },
  events: { stalled: { title: "Stalled", data: Type.Object({ at: Type.Number() }) } },
  outputs: { motor: { safe: 0, order: 1 } },
  open: async () => ({
    read: { volume: () => 1, rate: () => 1 },
    write: { rate() {} },
    invoke: { dispense: () => 1, look() {} },
  }),
});

describe("a Thing Description", () => {
  const description = describeThing(pump);

  it("names the contexts, the older first, and a language", () => {
    expect(description["@context"]).toEqual([
      "https://www.w3.org/2019/wot/td/v1",
      "https://www.w3.org/2022/wot/td/v1.1",
      expect.objectContaining({ "@language": "en", benchd: expect.any(String) }),
    ]);
  });

  it("takes the title of the configuration before that of the driver", () => {
    expect(description.title).toBe("Pump");
    expect(describeThing(pump, { title: "Pump by the window" }).title).toBe("Pump by the window");
  });

  it("describes properties with unit, limits and default, and whether they can be written", () => {
    expect(description.properties).toEqual({
      volume: {
        type: "number",
        unit: "mL",
        minimum: 0,
        title: "Volume",
        readOnly: true,
        writeOnly: false,
        observable: true,
      },
      rate: {
        type: "number",
        unit: "mL/min",
        default: 1,
        title: "Rate",
        description: "How fast",
        readOnly: false,
        writeOnly: false,
        observable: false,
      },
    });
  });

  it("describes actions as asynchronous, with what goes in and comes out", () => {
    expect(description.actions).toEqual({
      dispense: {
        title: "Dispense",
        input: {
          title: "dispense_input",
          type: "object",
          required: ["volume"],
          properties: { volume: { type: "number", unit: "mL" } },
        },
        output: { title: "dispense_output", type: "number", unit: "mL" },
        safe: false,
        idempotent: false,
        synchronous: false,
      },
      look: { title: "Look", safe: true, idempotent: true, synchronous: false },
    });
  });

  it("describes the actions that the gateway publishes, when it is told of them", () => {
    const actions = { stop: { title: "Stop", urgent: true } };
    expect(Object.keys(describeThing(pump, { actions }).actions)).toEqual(["stop"]);
  });

  it("tells events and the contract of outputs, and leaves both out where there are none", () => {
    expect(description.events).toMatchObject({ stalled: { title: "Stalled", data: { type: "object" } } });
    expect(description["benchd:outputs"]).toEqual({ motor: { safe: 0, order: 1, enforcedBy: "none" } });
    const plain = defineThing({ title: "Plain", config: Type.Object({}), open: async () => ({}) });
    expect(Object.keys(describeThing(plain))).toEqual(["@context", "title", "properties", "actions"]);
  });
});

describe("a data schema", () => {
  it("says enum where TypeBox says a union of literals", () => {
    expect(dataSchema(Type.Union([Type.Literal("up"), Type.Literal("down")]))).toEqual({
      type: "string",
      enum: ["up", "down"],
    });
    expect(dataSchema(Type.Union([Type.Literal("auto"), Type.Literal(1)]))).toEqual({ enum: ["auto", 1] });
  });

  it("says oneOf where TypeBox says a union, at any depth", () => {
    const schema = Type.Object({ level: Type.Union([Type.Number(), Type.Null()]) });
    expect(dataSchema(schema)).toMatchObject({
      properties: { level: { oneOf: [{ type: "number" }, { type: "null" }] } },
    });
  });

  it("does not take the names of properties, or values, for schemas", () => {
    const schema = Type.Object(
      { default: Type.Number(), enum: Type.Union([Type.Literal("a")]) },
      { default: { anyOf: [] } },
    );
    expect(dataSchema(schema)).toMatchObject({
      properties: { default: { type: "number" }, enum: { type: "string", enum: ["a"] } },
      default: { anyOf: [] },
    });
  });
});

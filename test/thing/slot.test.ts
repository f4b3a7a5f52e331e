import { type TSchema, Type } from "typebox";
import { expect, test } from "vitest";
import type { AnyThing } from "../../src/thing/define.ts";
import { acceptsSlot } from "../../src/thing/slot.ts";

interface Parts {
  readonly schema?: TSchema;
  readonly readOnly?: boolean;
  readonly input?: TSchema;
  readonly output?: TSchema;
}

/** A pump whose property `rate` and action `dispense` have these schemas. */
const pump = ({ schema = Type.Number({ unit: "mL/min" }), readOnly, input, output }: Parts = {}): AnyThing => ({
  title: "Pump",
  config: Type.Object({}),
  properties: { rate: { title: "Rate", schema, ...(readOnly && { readOnly }) } },
  actions: { dispense: { title: "Dispense", ...(input && { input }), ...(output && { output }) } },
  open: async () => ({ read: {}, write: {}, invoke: {} }),
});

const volume = Type.Object({ volume: Type.Number() });

test("a Thing of the very definition fits", () => {
  const wanted = pump();
  expect(acceptsSlot(wanted, wanted)).toEqual([]);
});

test("a Thing of another definition fits when what the slot names has equal schemas", () => {
  const offered = { ...pump({ input: volume }), title: "Another pump" };
  const more = { ...offered, properties: { ...offered.properties, stalled: { title: "S", schema: Type.Boolean() } } };
  expect(acceptsSlot(pump({ input: Type.Object({ volume: Type.Number() }) }), more)).toEqual([]);
});

test("titles and descriptions make no difference, but a field called title does", () => {
  const told = Type.Object({ volume: Type.Number({ title: "V", description: "in mL" }) }, { title: "Stroke" });
  expect(acceptsSlot(pump({ input: volume }), pump({ input: told }))).toEqual([]);
  const field = Type.Object({ volume: Type.Number(), title: Type.String() });
  expect(acceptsSlot(pump({ input: volume }), pump({ input: field }))).toEqual([
    "its action dispense takes another input",
  ]);
});

test.each([
  ["another unit", pump(), pump({ schema: Type.Number({ unit: "mL/h" }) }), "its property rate has another schema"],
  ["what cannot be written", pump(), pump({ readOnly: true }), "its property rate cannot be written"],
  ["an input nobody gives", pump(), pump({ input: volume }), "its action dispense takes another input"],
  ["no output", pump({ output: volume }), pump(), "its action dispense has another output"],
])("%s does not fit", (_, wanted, offered, difference) => {
  expect(acceptsSlot(wanted, offered)).toEqual([difference]);
});

test("what is missing is named", () => {
  const { properties: _properties, actions: _actions, ...bare } = pump();
  expect(acceptsSlot(pump(), bare)).toEqual(["it has no property rate", "it has no action dispense"]);
});

test("a slot that only reads takes a Thing that can be written as well", () => {
  expect(acceptsSlot(pump({ readOnly: true }), pump())).toEqual([]);
});

import { Type } from "typebox";
import { expect, test } from "vitest";
import { DefinitionError } from "../../src/errors.ts";
import { checkDefinition } from "../../src/thing/check-definition.ts";
import { checkHandlers } from "../../src/thing/check-handlers.ts";
import type { AnyThing } from "../../src/thing/define.ts";
import { defineThing } from "../../src/thing/define.ts";

/** A sound definition, with some of it put otherwise; as a driver in JavaScript could. */
const lamp = (changes: object = {}): unknown => ({
  title: "Lamp",
  config: Type.Object({}),
  outputs: { light: { safe: false } },
  properties: { on: { title: "On", schema: Type.Boolean(), drives: "light" } },
  actions: { blink: { title: "Blink", input: Type.Object({ times: Type.Integer() }) } },
  events: { failed: { title: "The lamp failed", data: Type.String() } },
  open: async () => ({}),
  ...changes,
});

/** What is told of a definition, one problem a line. */
function problems(definition: unknown): readonly string[] {
  try {
    checkDefinition(definition, "lamp");
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(DefinitionError);
    return (error as Error).message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
}

test("a sound definition passes as what it is", () => {
  const definition = lamp();
  expect(checkDefinition(definition, "lamp")).toBe(definition);
});

test.each([undefined, null, 3, "lamp", [], () => lamp()])("%s is no definition", (value) => {
  expect(problems(value)).toEqual([expect.stringContaining("export default defineThing")]);
});

test("all problems are told at once", () => {
  const definition = lamp({
    properties: {
      blink: { title: "B", schema: Type.Boolean(), drives: "lihgt" },
      "a-b": { title: "A", schema: Type.Null() },
    },
    actions: { blink: { title: "Blink", input: Type.Integer() }, stop: { title: "Stop" } },
  });
  expect(problems(definition)).toEqual([
    "property a-b: a name has letters, digits and _, and begins with no digit",
    "property blink: an action has the same name, and so the same address",
    'property blink: drives lihgt, which is none of the outputs (light); did you mean "light"?',
    "action blink: input must be an object schema: wrap the value, Type.Object({ … })",
    "action stop: the gateway publishes it: return a `stop` hook from open instead",
  ]);
});

const property = (entry: object) => lamp({ properties: { p: { title: "P", schema: Type.Boolean(), ...entry } } });
const action = (entry: object) => lamp({ actions: { a: { title: "A", ...entry } } });

test.each([
  ["no title", lamp({ title: undefined }), "title"],
  ["an empty title", lamp({ title: "" }), "title"],
  ["no open", lamp({ open: undefined }), "open must be a function"],
  ["a table that is a list", lamp({ properties: [] }), "properties must be object"],
  ["a config that is no object", lamp({ config: Type.String() }), "config: must be a Type.Object"],
  ["a key that nothing knows", lamp({ action: {} }), 'action is not a known property; did you mean "actions"?'],
  ["a misspelt option", action({ timeOutMs: 3 }), 'timeOutMs is not a known property; did you mean "timeoutMs"?'],
  ["a negative time-out", action({ timeoutMs: -1 }), "action a: timeoutMs"],
  ["no time at all", action({ timeoutMs: 0 }), "action a: timeoutMs"],
  ["a grace that never ends", action({ cancelGraceMs: Number.NaN }), "action a: cancelGraceMs"],
  ["another way to be busy", action({ whenBusy: "wait" }), "action a: whenBusy"],
  ["an unknown slot", action({ reserves: ["pump"] }), "reserves pump, which is none of the slots (there are none)"],
  ["a lane for what is urgent", action({ urgent: true, whenBusy: "queue" }), "urgent passes by all lanes"],
  ["a window for what is urgent", action({ urgent: true, restartWithinMs: 1 }), "urgent never waits its turn"],
  ["a window beside the lane", action({ lane: false, restartWithinMs: 1 }), "lane: false never waits its turn"],
  ["a window for what never waits", action({ whenBusy: "reject", restartWithinMs: 1 }), "whenBusy: reject never waits"],
  ["a window of no time", action({ restartWithinMs: 0 }), "action a: restartWithinMs"],
  ["an input that is a number", action({ input: Type.Number() }), "input must be an object schema"],
  ["a schema that is none", action({ output: { type: "string", pattern: "[" } }), "action a: output is no schema"],
  ["a setting that drives an output", property({ persist: true, drives: "light" }), "is never persist"],
  ["a setting that cannot be written", property({ persist: true, readOnly: true }), "cannot be restored"],
  ["a poll without pause", property({ pollMs: 0 }), "property p: pollMs"],
  ["an observation without pause", property({ observable: true, observeMs: 0 }), "property p: observeMs"],
  ["an observation of what is not observable", property({ observeMs: 100 }), "observeMs is for what is observable"],
  [
    "an observation beside a poll",
    property({ observable: true, pollMs: 100, observeMs: 100 }),
    "what is read each pollMs is not read again",
  ],
  ["a property without schema", lamp({ properties: { p: { title: "P" } } }), "property p: schema is required"],
  [
    "a poorly matched emergency",
    lamp({ outputs: { light: { safe: false, emergency: 3 } } }),
    "output light: safe is false",
  ],
  ["an event without data", lamp({ events: { e: { title: "E" } } }), "event e: data is required"],
  ["a slot without definition", lamp({ uses: { pump: {} } }), "slot pump: must hold the definition of a Thing"],
])("%s is refused", (_, definition, words) => {
  expect(problems(definition).join("\n")).toContain(words);
});

test.each(["ws", "lease", "quarantine", "reset"])("no affordance can be named %s, which is the gateway's", (name) => {
  const told = `${name}: the gateway itself answers at this name: choose another`;
  expect(problems(lamp({ properties: { [name]: { title: "P", schema: Type.Null() } } }))).toEqual([`property ${told}`]);
  expect(problems(lamp({ actions: { [name]: { title: "A" } } }))).toEqual([`action ${told}`]);
});

test("inputs of several shapes, and open ones, are objects too", () => {
  const one = Type.Object({ a: Type.Number() });
  const two = Type.Object({ b: Type.Number() });
  for (const input of [Type.Union([one, two]), Type.Intersect([one, two]), Type.Record(Type.String(), Type.Number())])
    expect(problems(action({ input }))).toEqual([]);
});

const definition: AnyThing = defineThing({
  title: "Lamp",
  config: Type.Object({}),
  properties: {
    on: { title: "On", schema: Type.Boolean() },
    hours: { title: "Hours", schema: Type.Number(), readOnly: true },
  },
  actions: { blink: { title: "Blink" } },
  open: async () => ({
    read: { on: () => true, hours: () => 3 },
    write: { on: () => {} },
    invoke: { blink: () => {} },
  }),
});

const sound = {
  read: { on() {}, hours() {} },
  write: { on() {} },
  invoke: { blink() {} },
  stop() {},
};

test("handlers that answer for exactly what is offered pass", () => {
  expect(() => checkHandlers(definition, sound)).not.toThrow();
});

test.each([
  ["nothing", undefined, "it must return the handlers"],
  ["a missing read", { ...sound, read: { on() {} } }, "read.hours is missing"],
  ["a missing table", { ...sound, write: undefined }, "write.on is missing"],
  ["a missing action", { ...sound, invoke: {} }, "invoke.blink is missing"],
  ["a read too many", { ...sound, read: { ...sound.read, colour() {} } }, "read.colour answers for nothing"],
  ["a write of what is read-only", { ...sound, write: { on() {}, hours() {} } }, "write.hours answers for nothing"],
  ["an action too many", { ...sound, invoke: { blink() {}, shine() {} } }, "invoke.shine answers for nothing"],
  ["a value instead of a handler", { ...sound, read: { on: true, hours() {} } }, "read.on is not a function"],
  ["a hook that is none", { ...sound, close: true }, "close is not a function"],
  ["a misspelt hook", { ...sound, clsoe() {} }, 'clsoe is neither a table nor a hook; did you mean "close"?'],
])("%s is refused by name", (_, handlers, words) => {
  expect(() => checkHandlers(definition, handlers)).toThrow(DefinitionError);
  expect(() => checkHandlers(definition, handlers)).toThrow(words);
});

test("inherited names are no handlers", () => {
  const named = defineThing({
    title: "T",
    config: Type.Object({}),
    actions: { toString: { title: "T" } },
    open: async () => ({ invoke: { toString: () => {} } }),
  });
  expect(() => checkHandlers(named, { invoke: {} })).toThrow("invoke.toString is missing");
});

test.each([
  [
    { properties: { t: { title: "T", schema: Type.Number({ unit: "°C" }), readOnly: true } } },
    'property t: schema: the unit "°C" is not in UCUM: °C is no unit of UCUM; write "Cel"',
  ],
  [
    { actions: { pump: { title: "P", input: Type.Object({ unit: Type.Number({ unit: "cc/min" }) }) } } },
    'action pump: input/unit: the unit "cc/min" is not in UCUM: cc is no unit of UCUM; write "mL/min"',
  ],
  [
    { actions: { pump: { title: "P", output: Type.Array(Type.Number({ unit: "µL" })) } } },
    'action pump: output: the unit "µL" is not in UCUM: µL is no unit of UCUM; write "uL"',
  ],
  [
    { events: { hot: { title: "H", data: Type.Union([Type.Number({ unit: "Cel/min" }), Type.Null()]) } } },
    'event hot: data: the unit "Cel/min" is not in UCUM: Cel stands alone, as its scale begins elsewhere or is no straight line: a change of 1 Cel is one of 1 K',
  ],
  [
    { config: Type.Object({ wait: Type.Number({ unit: "sec" }) }) },
    'config/wait: the unit "sec" is not in UCUM: sec is no unit of UCUM; write "s"',
  ],
  [
    { actions: { pump: { title: "P", output: Type.Number({ unit: 3 }) } } },
    'action pump: output: a unit is text in UCUM, such as "mL/min"',
  ],
])("a unit that is none of UCUM's is refused, with the one that is meant: %#", (changes, problem) => {
  expect(problems(lamp({ properties: {}, ...changes }))).toEqual([problem]);
});

test("a property may be called unit, and data may hold one", () => {
  const schema = Type.Object(
    { unit: Type.String(), mass: Type.Number({ unit: "g" }) },
    { default: { unit: "°C", mass: 1 }, examples: [{ unit: "cc" }] },
  );
  expect(problems(lamp({ properties: { reading: { title: "R", schema } } }))).toEqual([]);
});

test("what is synchronous says how long it may take, and is not for after a restart", () => {
  const quick = (more: object) => problems(lamp({ actions: { blink: { title: "B", synchronous: true, ...more } } }));
  expect(quick({ timeoutMs: 30_000 })).toEqual([]);
  const missing = "action blink: whoever invokes what is synchronous waits for its end: say timeoutMs, 30000 at most";
  expect(quick({})).toEqual([missing]);
  expect(quick({ timeoutMs: 30_001 })).toEqual([missing]);
  expect(quick({ timeoutMs: 1000, restartWithinMs: 5000 })).toEqual([
    "action blink: nobody waits over a restart for what is synchronous: leave out restartWithinMs",
  ]);
});

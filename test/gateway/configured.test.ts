import { expect, test } from "vitest";
import { ConfigError, DefinitionError } from "../../src/errors.ts";
import { checkBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import { fitted } from "../../src/thing/configured.ts";
import { openGateway } from "./fixture.ts";

const catalogue = openCatalogue();
const mistakesOf = (text: string) =>
  checkBench(text, "lab.yaml", catalogue, { mock: true }).then(
    () => "",
    (error: unknown) => (error instanceof ConfigError ? error.message : Promise.reject(error)),
  );
const instrument = (config: string) => `things:\n  meter:\n    driver: scpi\n    config:\n${config}`;

test("a Thing whose affordances are configured is served like any other", async () => {
  const { gateway, clock } = await openGateway(
    instrument(`      onOpen: ["SYST:REM"]
      properties:
        volts: { query: "MEAS:VOLT?", unit: V }
      actions:
        clear: { command: "DISP:TEXT:CLE" }`),
  );
  const meter = gateway.thing("meter");
  expect(await clock.until(meter.read("volts"))).toBeCloseTo(1.5, 2);
  expect(Object.keys(meter.actions)).toEqual(["clear"]);
  await clock.until(gateway.close());
});

test.each([
  [
    '      properties: { volts: { query: "VOLT" } }',
    /lab\.yaml:5:37: "query" must be one question.*not the text "VOLT"/,
  ],
  ['      properties: { volts: { query: "V?", set: "V" } }', /lab\.yaml:5:48: "set" must have \{value\} once/],
  ['      properties: { volts: { query: "V?", unit: 5 } }', /lab\.yaml:5:49: "unit" must be a text, not 5/],
  [
    '      properties: { volts: { query: "V?", unit: Volt } }',
    /lab\.yaml:4:5:.*the unit "Volt" is not in UCUM.*write "V"/s,
  ],
  ['      properties: { volts: { question: "V?" } }', /there is no setting "question"/],
  ['      properties: { volts: { query: "V?", minimum: 2, maximum: 1 } }', /"maximum" must be at least the minimum, 2/],
  ['      properties: { mode: { query: "M?", type: enum } }', /"values" belong to type: enum/],
  ['      properties: { stop: { query: "S?" } }', /"stop" must have another name/],
  ['      properties: { on: { query: "O?", set: "O {value}", type: boolean, drives: true } }', /"drives" needs/],
  ['      actions: { go: { command: "GO {speed}" } }', /lab\.yaml:5:33: "command" has \{speed\}, which is no input/],
  ['      actions: { go: { command: "GO", input: { speed: {} } } }', /"speed" must stand in command as \{speed\}/],
  ['      properties: { go: { query: "G?" } }\n      actions: { go: { command: "GO" } }', /name of an action as well/],
  ['      identify: "("', /lab\.yaml:5:17: "identify" must be a regular expression/],
  ['      onOpen: ["SYST:REM\\nOUTP ON"]', /must be one line of ASCII/],
  ['      properties: { "9volts": { query: "V?" } }', /"9volts" must be named with letters/],
])("%s is refused with its place", async (config, why) => {
  expect(await mistakesOf(instrument(config))).toMatch(why);
});

test("a slot takes a configured Thing by what it is configured to offer", async () => {
  const text = (units: string) => `things:
  door: { driver: door, gpio: { switch: 4 } }
  filler:
    driver: ${new URL("../fixtures/drivers/lamp-reader.ts", import.meta.url).pathname}
    uses: { lamp: meter }
  meter:
    driver: scpi
    config: { properties: { ${units} } }`;
  expect(await mistakesOf(text('volts: { query: "V?" }'))).toMatch(/meter is no "Lamp" \(it has no property/);
  expect(await mistakesOf(text('on: { query: "OUTP?", set: "OUTP {value}", type: boolean }'))).toBe("");
});

test("a driver that fails on its configuration is told from one that refuses it", () => {
  const broken = {
    title: "Broken",
    config: {},
    configured: () => {
      throw new RangeError("oh");
    },
    open: async () => ({}),
  };
  expect(() => fitted(broken as never, {}, "broken")).toThrow(DefinitionError);
  const wrong = { ...broken, configured: () => ({ title: "Wrong", config: {} }) };
  expect(() => fitted(wrong as never, {}, "wrong")).toThrow(/wrong cannot be used/);
});

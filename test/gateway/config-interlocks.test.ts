import { expect, test } from "vitest";
import { checkBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";

const catalogue = openCatalogue();
const things = `things:
  door: { driver: door, gpio: { switch: 17 } }
  relays: { driver: relays, gpio: { pump_power: 5, vent: 6, lamp: 13 } }
  pump: { driver: syringe-pump, serial: /dev/ttyTEST0, config: { diameter: 26.59, syringeVolume: 60 } }
  counter: { driver: counter }
`;
const check = (interlocks: string) =>
  checkBench(`${things}interlocks:\n${interlocks}`, "bench.yaml", catalogue, { mock: true });
/** What is told about it, one mistake a line, without the file's name. */
async function mistakes(interlocks: string): Promise<readonly string[]> {
  try {
    await check(interlocks);
    return [];
  } catch (error) {
    const lines = (error as Error).message.split("\n");
    return (lines.length > 1 ? lines.slice(1) : lines).map((line) => line.trim().replaceAll("bench.yaml:", ""));
  }
}
const sound = "thing: door, property: closed, equals: true";

test("an interlock says what is in order and for which outputs; everything else has a default", async () => {
  const { interlocks } = await check(`  lid_open: { ${sound}, outputs: [relays.pump_power, pump.motor] }`);
  expect([...interlocks.values()]).toEqual([
    {
      name: "lid_open",
      thing: "door",
      property: "closed",
      equals: true,
      outputs: [
        { thing: "relays", output: "pump_power", value: undefined },
        { thing: "pump", output: "motor", value: undefined },
      ],
      on: "abort",
      pollMs: 200,
      maxAgeMs: 2000,
    },
  ]);
});

test("outputs may be given values, and times be chosen", async () => {
  const { interlocks } = await check(
    `  a: { ${sound}, outputs: { relays.lamp: true }, on: block, pollMs: 1000, maxAgeMs: 9000 }`,
  );
  expect(interlocks.get("a")).toMatchObject({
    outputs: [{ thing: "relays", output: "lamp", value: true }],
    on: "block",
    pollMs: 1000,
    maxAgeMs: 9000,
  });
  expect((await check(`  a: { ${sound}, outputs: [relays.lamp], pollMs: 10000 }`)).interlocks.get("a")?.maxAgeMs).toBe(
    50_000,
  );
});

test.each([
  [
    "a: { thing: dor, property: closed, equals: true, outputs: [pump.motor] }",
    '7:15: there is no Thing "dor"; did you mean "door"?',
  ],
  [
    "a: { thing: door, property: close, equals: true, outputs: [pump.motor] }",
    '7:31: door has no property "close"; did you mean "closed"?',
  ],
  [
    "a: { thing: door, property: closed, equals: 1, outputs: [pump.motor] }",
    '7:47: "equals" must be true or false, not 1',
  ],
  [
    "a: { thing: door, property: closed, outputs: [pump.motor] }",
    '7:3: "equals" is missing: add it (the value that is in order)',
  ],
  [`a: { ${sound} }`, '7:3: "outputs" is missing: add it (a list of outputs, as [heater.heater])'],
  [`a: { ${sound}, outputs: [] }`, /^7:\d+: "outputs" .*(expected: a Thing and an output)/],
  [
    `a: { ${sound}, outputs: [heater] }`,
    /^7:\d+: "outputs" must be a Thing and an output of it, such as heater\.heater/,
  ],
  [`a: { ${sound}, outputs: [relay.lamp] }`, /^7:\d+: there is no Thing "relay"; did you mean "relays"\?/],
  [`a: { ${sound}, outputs: [relays.lamb] }`, /^7:\d+: relays has no output "lamb"; did you mean "lamp"\?/],
  [`a: { ${sound}, outputs: [counter.x] }`, /^7:\d+: counter has no output "x": it drives nothing/],
  [`a: { ${sound}, outputs: { relays.lamp: 1 } }`, /^7:\d+: relays\.lamp is false when it is safe, so it cannot be 1/],
  [`a: { ${sound}, outputs: { pump.motor: 3 } }`, /^7:\d+: only a pin can be given another value than the safe one/],
  [`a: { ${sound}, outputs: { lamp: true } }`, /^7:\d+: "lamp" must be a Thing and an output of it/],
  [
    `a: { ${sound}, outputs: [pump.motor], maxAgeMs: 150 }`,
    /^7:\d+: it is read every 200 ms, so each reading would be too old/,
  ],
  [`a: { ${sound}, outputs: [pump.motor], on: alarm }`, /^7:\d+: "on" must be/],
  [`a: { ${sound}, outputs: [pump.motor], latch: false }`, /^7:\d+: there is no setting "latch"/],
  [`Lid: { ${sound}, outputs: [pump.motor] }`, /^7:3: "Lid" cannot be the name of an interlock/],
])("what is wrong with it is told at its place: %s", async (interlock, mistake) => {
  const [first, ...rest] = await mistakes(`  ${interlock}`);
  expect(rest).toEqual([]);
  if (typeof mistake === "string") expect(first).toBe(mistake);
  else expect(first).toMatch(mistake);
});

test("one that switches off what it watches itself could never be reset, by whatever detour", async () => {
  const self = "  a: { thing: relays, property: pump_power, equals: true, outputs: [relays.pump_power] }\n";
  expect(await mistakes(self)).toEqual([expect.stringContaining("a trips a: they could never be reset")]);
  const detour =
    "  a: { thing: relays, property: lamp, equals: true, outputs: [relays.pump_power] }\n" +
    "  b: { thing: relays, property: pump_power, equals: true, outputs: [relays.lamp] }\n";
  expect(await mistakes(detour)).toEqual([expect.stringContaining("a trips b trips a: they could never be reset")]);
  // Brought to the very value that is in order, it is in order.
  expect(await mistakes("  a: { thing: relays, property: vent, equals: true, outputs: [relays.vent] }\n")).toEqual([]);
});

test("two interlocks agree on what an output they share has to be", async () => {
  const both = `  a: { ${sound}, outputs: [relays.lamp] }\n  b: { ${sound}, outputs: { relays.lamp: true } }\n`;
  expect(await mistakes(both)).toEqual([
    expect.stringContaining("b wants relays.lamp to be true, and a wants false: let them agree"),
  ]);
});

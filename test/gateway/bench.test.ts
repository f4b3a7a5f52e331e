import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { checkBench, driverConfig, readBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import type { AnyThing } from "../../src/thing/define.ts";
import { Type } from "../../src/typebox.ts";

const file = fileURLToPath(new URL("../fixtures/drivers/benchd.yaml", import.meta.url));
const catalogue = openCatalogue();

/** What is told about a bench, one mistake a line, without the file's name. */
async function mistakes(text: string): Promise<readonly string[]> {
  try {
    await checkBench(text, file, catalogue);
    return [];
  } catch (error) {
    const lines = (error as Error).message.split("\n");
    return (lines.length > 1 ? lines.slice(1) : lines).map((line) => line.trim().replaceAll(`${file}:`, ""));
  }
}

test("a bench that fits its drivers is accepted", async () => {
  const text = `things:
  lamp: { driver: ./lamp.ts, twin: ./lamp-twin.ts, gpio: { light: 4 } }
  reader: { driver: ./lamp-reader.ts, uses: { lamp: lamp } }
`;
  expect([...(await checkBench(text, file, catalogue)).things.keys()]).toEqual(["lamp", "reader"]);
});

test("what the drivers refuse is told together with what the file itself has wrong", async () => {
  const text = `prefx: /api
things:
  lamp: { driver: ./lamp.ts, config: { watts: 0, volts: 5 }, gpio: { lihgt: 4 } }
  other: { driver: ./lmp.ts }
  counter: { driver: cuonter, twin: nobody }
`;
  expect(await mistakes(text)).toEqual([
    '1:1: there is no setting "prefx"; did you mean "prefix"?',
    '3:47: "watts" must be at least 1, not 0 (expected: the power of the lamp)',
    '3:50: there is no setting "volts": known are watts',
    '3:62: the output "light" of lamp has no pin; did you mean "lihgt"?',
    expect.stringMatching(/^4:20: there is no driver .*lmp\.ts: check its name$/),
    '5:22: there is no driver "cuonter"; did you mean "counter"?',
    '5:37: there is no twin "nobody": check its name',
  ]);
});

test("a slot wants a Thing that has what the driver uses", async () => {
  const text = `things:
  lamp: { driver: ./lamp.ts, gpio: { light: 4 } }
  counter: { driver: counter }
  wrong: { driver: ./lamp-reader.ts, uses: { lamp: counter } }
  empty: { driver: ./lamp-reader.ts }
  misspelt: { driver: ./lamp-reader.ts, uses: { lmap: lamp } }
`;
  expect(await mistakes(text)).toEqual([
    '4:52: counter is no "Lamp" (it has no property on): name one that fits: lamp',
    '5:3: empty needs a Thing like "Lamp" in its slot "lamp": name one that fits: lamp',
    '6:41: misspelt needs a Thing like "Lamp" in its slot "lamp": name one that fits: lamp',
    expect.stringMatching(/^6:49: the driver .*lamp-reader\.ts has no slot "lmap"; did you mean "lamp"\?$/),
  ]);
});

test("where no Thing fits a slot, one is to be added", async () => {
  expect(
    await mistakes(
      "things: { counter: { driver: counter }, r: { driver: ./lamp-reader.ts, uses: { lamp: counter } } }",
    ),
  ).toEqual([
    '1:86: counter is no "Lamp" (it has no property on): add a Thing that fits below things:, and name it here',
  ]);
});

test("an output of a driver by path needs no pin when the Thing has another way to its device", async () => {
  expect(await mistakes("things: { lamp: { driver: ./lamp.ts, serial: /dev/ttyUSB0 } }")).toEqual([]);
  expect(await mistakes("things: { lamp: { driver: ./lamp.ts } }")).toEqual([
    '1:11: the output "light" of lamp has no pin: add light: { line: <BCM number> }',
  ]);
});

test("a driver by path is not run before it is served: it may reach for its device by itself", async () => {
  expect(await mistakes("things: { a: { driver: ./talkative.ts, serial: /dev/a, gpio: { x: 1 } } }")).toEqual([]);
});

test("on a bus, a driver by path may tell its devices apart by whatever setting it has", async () => {
  const two = (watts: number) =>
    `{ a: { driver: ./lamp.ts, bus: b }, c: { driver: ./lamp.ts, bus: b, config: { watts: ${watts} } } }`;
  const bench = (watts: number) => mistakes(`buses: { b: { serial: /dev/a } }\nthings: ${two(watts)}`);
  expect(await bench(6)).toEqual([]);
  expect(await bench(5)).toEqual([expect.stringMatching(/^2:\d+: c and a on the bus b cannot be told apart/)]);
});

test.each([
  ["a: { driver: balance }", "1:11: a talks over a serial port, and none is named: add serial: /dev/serial/by-id/…"],
  ["a: { driver: counter, serial: /dev/a }", "1:33: the driver counter opens no serial port: leave this out"],
  ["a: { driver: counter, gpio: { x: 3 } }", '1:41: the driver counter has no pin "x": it uses none, leave gpio: out'],
  ["a: { driver: door }", '1:11: the pin "switch" of a is wired to nothing: add switch: { line: <BCM number> }'],
  ["a: { driver: door, gpio: { swich: 3 } }", '1:38: the driver door has no pin "swich"; did you mean "switch"?'],
  [
    "a: { driver: relays, gpio: { pump_power: 5, vent: 6, lamp: 13, bogus: 7 } }",
    '1:74: the driver relays has no pin "bogus": its pins are pump_power, vent, lamp',
  ],
  [
    "a: { driver: relays, config: { sensed: [vent] }, gpio: { pump_power: 5, vent: 6, lamp: 13 } }",
    '1:60: the pin "vent_contact" of a is wired to nothing: add vent_contact: { line: <BCM number> }',
  ],
])("wires are held against those the driver asks for: %s", async (entry, mistake) => {
  expect(await mistakes(`things: { ${entry} }`)).toEqual([mistake]);
});

test.each([
  [
    "a: { driver: psu, serial: /dev/a, config: { maxVoltage: 15, maxCurrent: 1, overVoltage: 10 } }",
    "1:53: overVoltage, 10 V, would trip in regular use: set it above maxVoltage, 15 V",
  ],
  [
    "a: { driver: xy, serial: /dev/a, config: { x: { min: 0, max: -200 }, y: { min: -200, max: 0 } } }",
    "1:52: nothing is in reach along x: its min, 0, has to be below its max, -200",
  ],
])("what a driver refuses when it is opened is told with the other mistakes: %s", async (entry, mistake) => {
  expect(await mistakes(`things: { ${entry} }`)).toEqual([mistake]);
});

test.each([
  ["things: { a: { driver: door, gpio: { switch: 99 } } }", /^1:46: "line" must be at most 53, not 99/],
  ["things: { a: { driver: balance, serial: ttyUSB0 } }", /^1:41: "serial" must be the path of a port/],
  [
    "things: { a: { driver: syringe-pump, config: { diameter: -1 } } }",
    /"diameter" must be|"syringeVolume" is missing/,
  ],
])("a wire that is there, but wrong, is not told as missing, too: %s", async (text, mistake) => {
  const told = await mistakes(text);
  for (const line of told) expect(line).toMatch(mistake);
  expect(told.length).toBeGreaterThan(0);
});

test("a serial port is not missed on the mock bench", async () => {
  const text = "things: { a: { driver: balance } }";
  expect((await checkBench(text, file, catalogue, { mock: true })).things.size).toBe(1);
});

test("every driver of the example gets the wires it asks for", async () => {
  const example = fileURLToPath(new URL("../../examples/bench.yaml", import.meta.url));
  expect((await readBench(example, catalogue)).things.size).toBeGreaterThan(4);
});

test("a state directory that is a file is a mistake of the configuration", async () => {
  expect(await mistakes(`stateDirectory: ${file.replace("benchd.yaml", "lamp.ts/state")}\nthings: {}`)).toEqual([
    expect.stringMatching(/^1:17: .*lamp\.ts is no folder, nothing can be kept there: name another$/),
  ]);
});

test("a driver gets its config with the defaults filled in", async () => {
  const config = await checkBench("things: { lamp: { driver: ./lamp.ts, gpio: { light: 4 } } }", file, catalogue);
  const lamp = config.things.get("lamp");
  expect(lamp && driverConfig(lamp, await catalogue.definition(lamp.driver))).toEqual({ watts: 5 });
});

test("a config that does not fit is refused with its place, also when nobody checked before", async () => {
  const config = await checkBench("things: { lamp: { driver: ./lamp.ts, gpio: { light: 4 } } }", file, catalogue);
  const lamp = config.things.get("lamp");
  const definition = await catalogue.definition(lamp?.driver ?? "");
  expect(() => lamp && driverConfig({ ...lamp, config: { watts: "5" } }, definition)).toThrow(
    /:1:11: the config of lamp/,
  );
});

test("a mistake tells no secret: neither a password in an address nor what a driver calls one", async () => {
  const definition = {
    title: "Guarded",
    config: Type.Object({ apiKey: Type.String({ maxLength: 3 }) }),
    open: () => ({}),
  };
  const guarded = { ...catalogue, definition: async () => definition as unknown as AnyThing };
  const text = `things: { a: { driver: ./a.js, config: { apiKey: hunter2 } } }
mqtt: { broker: "mqtt://bench:hunter3@lab.example", gateway: bench }
`;
  const told = await checkBench(text, file, guarded).catch((error: Error) => error.message);
  expect(told).toMatch(/"apiKey" .*, not what stands there\n.*"broker" .*bench:\[redacted\]@lab\.example/);
  expect(told).not.toMatch(/hunter/);
});

import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../../src/cli/run.ts";
import { columnsOf } from "../../../src/cli/terminal/width.ts";
import { served } from "../served.ts";
import { testShell } from "../shell.ts";

const bench = `
things:
  pump: { driver: syringe-pump, serial: /dev/p, config: { diameter: 26.59, syringeVolume: 60 } }
  counter: { driver: counter, title: "Counter\\e[2J 温度計" }
  stage: { driver: stage, serial: /dev/s, title: "Stage\\x9b2J\\u202e" }
`;

let at: Awaited<ReturnType<typeof served>>;
beforeAll(async () => {
  at = await served(bench);
});
afterAll(() => at.close());

/** What a command prints and exits with, in a terminal as wide as that, or none. */
async function benchd(args: readonly string[], columns?: number) {
  const shell = testShell({}, false, undefined, columns === undefined ? {} : { columns });
  const status = await run([...args, "--url", at.url], shell);
  return { status, printed: shell.printed, told: shell.told.join("\n"), screen: shell.screen };
}

test("things are listed with their state, a line each, and what a title does to a terminal is spelt out", async () => {
  const { status, printed } = await benchd(["things"]);
  expect(printed).toEqual([
    "pump     ready  -  Syringe pump",
    "counter  ready  -  Counter\\x1b[2J 温度計",
    "stage    ready  -  Stage\\x9b2J\\u202e",
  ]);
  expect(status).toBe(0);
  const json = await benchd(["things", "--json"]);
  expect(JSON.parse(json.printed.join(""))).toMatchObject([{ name: "pump", state: "ready", running: null }, {}, {}]);
});

test("JSON does nothing to a terminal, either, and says the same to whoever reads it", async () => {
  for (const args of [["things"], ["describe", "stage"], ["get", "stage"], ["invocations"]]) {
    const { printed } = await benchd([...args, "--json"]);
    expect(printed.join("")).not.toMatch(/[\x7f-\x9f\u202a-\u202e]/);
  }
  const { printed } = await benchd(["describe", "stage", "--json"]);
  expect(JSON.parse(printed.join(""))).toMatchObject({ title: "Stage\x9b2J\u202e" });
});

test("what runs, also for somebody else, and how many wait for it is told", async () => {
  const ids: string[] = [];
  for (const n of [1, 2])
    ids.push((await benchd(["invoke", "counter", "slow_count", "--n", `${n}00`, "--detach"])).printed[0] ?? "");
  await expect
    .poll(async () => (await benchd(["things"])).printed[1])
    .toBe("counter  ready  counter.slow_count, 1 waiting  Counter\\x1b[2J 温度計");
  await benchd(["cancel", "counter"]);
});

test.each([20, 33])("in a terminal of %i columns nothing wraps", async (columns) => {
  for (const args of [["things"], ["get", "stage"], ["describe", "counter"]]) {
    const { printed } = await benchd(args, columns);
    const plain = printed.map(stripVTControlCharacters);
    const tooLong = plain.filter((line) => columnsOf(line) >= columns && line.trim().includes(" "));
    expect([args, tooLong]).toEqual([args, []]);
  }
});

test("a Thing is described from its Thing Description alone: what its actions take, with units and limits", async () => {
  const { printed } = await benchd(["describe", "pump"]);
  const page = printed.join("\n");
  expect(page).toContain("  rate       number, more than 0 mL/min\n             Rate of pumping");
  expect(page).toContain(
    "  dispense\n    Dispense a volume at the set rate\n    --volume number, more than 0 mL, required\n    gives dispensed (number, at least 0 mL)",
  );
  expect(page).toContain("--strokes whole number, 2 to 10, 3 unless told");
  expect((await benchd(["describe", "stage"])).printed.join("\n")).toContain("    --x whole number, in steps\n");
  expect(JSON.parse((await benchd(["describe", "pump", "--json"])).printed.join(""))).toHaveProperty(
    "actions.dispense",
  );
});

test("properties are read with their units, and one that cannot be read hides no other", async () => {
  const { status, printed } = await benchd(["get", "counter"]);
  expect(printed).toEqual([
    expect.stringMatching(/^counter {2}\d+$/),
    "fixed    constant",
    "gain     1",
    expect.stringMatching(/^broken {3}not known: /),
    "func_rw  0",
  ]);
  expect(status).toBe(1);
  expect((await benchd(["get", "stage", "position"])).printed).toEqual(["x 0 steps, y 0 steps, z 0 steps"]);
  const json = JSON.parse((await benchd(["get", "pump", "remaining", "state", "--json"])).printed.join(""));
  expect(json).toEqual({ remaining: { value: 60, unit: "mL" }, state: { value: "stopped", unit: null } });
  const broken = await benchd(["get", "counter", "broken"]);
  expect([broken.status, broken.printed, broken.told]).toEqual([1, [], expect.stringContaining("could not be read")]);
});

test("a property is written as its schema reads what was typed, with or without its unit", async () => {
  for (const [text, printed] of [
    ["5", "5 mL/min"],
    ["2.5 mL/min", "2.5 mL/min"],
    ["1,5mL/min", "1.5 mL/min"],
  ] as const) {
    expect((await benchd(["set", "pump", "rate", text])).printed).toEqual([printed]);
    expect((await benchd(["get", "pump", "rate"])).printed).toEqual([printed]);
  }
  expect((await benchd(["set", "counter", "gain", "-3"])).status).toBe(0);
  expect((await benchd(["set", "--json", "counter", "gain", "-.5"])).printed).toEqual([
    '{"thing":"counter","property":"gain","value":-0.5}',
  ]);
  const inverted = '{"x":true,"y":true,"z":true}';
  expect((await benchd(["set", "stage", "axis_inverted", inverted])).printed).toEqual(["x true, y true, z true"]);
});

test.each([
  [["set", "pump", "rate", "5 uL/min"], 'rate is in mL/min, not in "uL/min": nobody converts units here'],
  [["set", "pump", "rate", "1,500"], "may mean two things: write 1500, or 1.500"],
  [["set", "pump", "rate", "0"], "rate must be more than 0 mL/min"],
  [["set", "pump", "rate", "fast"], 'rate takes number, more than 0 mL/min, not "fast"'],
  [["set", "pump", "dispensed", "1"], "dispensed of pump is read only"],
  [["set", "stage", "axis_inverted", '{"x":true,"y":true,"w":true}'], "axis_inverted.z is missing"],
  [["set", "stage", "axis_inverted", "yes"], "axis_inverted takes JSON, such as '{\"x\": 1}' (object of x, y, z)"],
  [["set", "counter", "counter", "1.5"], "counter must be a whole number"],
  [["set", "pump", "rate"], "the VALUE is missing"],
  [["set", "pump", "rat", "1"], 'there is no property "rat"; did you mean "rate"?'],
  [["get", "pmp"], 'has no Thing "pmp"; did you mean "pump"?'],
  [["get", "fridge"], 'has no Thing "fridge": it has pump, counter, stage'],
  [["describe"], "the name of the THING is missing"],
])("%j is refused before anything is sent: %s", async (args, words) => {
  const { status, told, printed } = await benchd(args);
  expect(told).toContain(words);
  expect([status, printed]).toEqual([64, []]);
});

test("what the gateway refuses is told in its words", async () => {
  await at.gateway.emergencyStop.trip("test");
  const { status, told } = await benchd(["set", "pump", "rate", "5"]);
  await at.gateway.emergencyStop.clear("test");
  expect(told).toContain("emergency stop");
  expect(status).toBe(1);
});

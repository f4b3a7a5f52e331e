import { expect, test } from "vitest";
import { benchOf, foretold, procedureOf } from "./titration.ts";

const relays = `
things:
  relays: { driver: relays, gpio: { pump_power: 5, vent: 16, lamp: 13 }, outputs: { pump_power: { maxOnMs: 60000 } } }
  valve: { driver: valve, gpio: { valve: 26 } }
  pump: { driver: syringe-pump, config: { diameter: 26.59, syringeVolume: 60 } }
interlocks:
  dark: { thing: relays, property: lamp, equals: false, outputs: [valve.valve] }
`;

const mistakesOf = async (steps: string) => {
  const { mistakes } = await foretold(await benchOf(relays), procedureOf(`title: Trial\nsteps:\n${steps}`));
  return mistakes;
};

test("a step that a driver's configuration forbids is told with file, line, column and step", async () => {
  expect(
    await mistakesOf(
      "  - wait: 1 s\n  - repeat:\n      times: 2\n      steps:\n        - invoke: pump.dispense\n          input: { volume: 40 }",
    ),
  ).toEqual([
    {
      at: "trial.yaml:7:11",
      step: "steps[1].repeat[0]",
      message: expect.stringContaining("there are at most 20 mL in the syringe"),
    },
  ]);
});

test("a step on what an interlock has taken away is told, and so is the one that has tripped it", async () => {
  const mistakes = await mistakesOf("  - set: relays.lamp\n    to: true\n  - wait: 5 s\n  - invoke: valve.open");
  expect(mistakes).toEqual([
    { at: "trial.yaml:6:5", step: "steps[2]", message: expect.stringContaining("the interlock dark") },
    { at: "trial.yaml:3:5", step: "steps[0]", message: expect.stringContaining("the interlock dark has tripped") },
  ]);
});

test("a Thing that nothing simulates is told at each step that needs it", async () => {
  const config = await benchOf(relays);
  const valve = config.things.get("valve");
  if (!valve) throw new Error("the bench has no valve");
  const things = new Map([...config.things, ["valve", { ...valve, gpio: {} }] as const]);
  const { mistakes } = await foretold({ ...config, things }, procedureOf("title: T\nsteps:\n  - invoke: valve.open"));
  expect(mistakes).toEqual([{ at: "trial.yaml:3:5", step: "steps[0]", message: expect.stringContaining("valve") }]);
});

test("an output that is on for too long is told at the step in whose time that is", async () => {
  const mistakes = await mistakesOf("  - set: relays.pump_power\n    to: true\n  - wait: 30 s\n  - wait: 2 min");
  expect(mistakes).toEqual([
    {
      at: "trial.yaml:6:5",
      step: "steps[2]",
      message: expect.stringContaining("relays.pump_power was on for longer than 60 s (maxOnMs)"),
    },
  ]);
  expect(
    await mistakesOf(
      "  - set: relays.pump_power\n    to: true\n  - wait: 30 s\n  - set: relays.pump_power\n    to: false\n  - wait: 2 min",
    ),
  ).toEqual([]);
});

test("what the procedure catches is no mistake", async () => {
  expect(
    await mistakesOf(
      "  - try:\n      - invoke: pump.dispense\n        input: { volume: 70 }\n    onFailure:\n      - wait: 1 s",
    ),
  ).toEqual([]);
});

test("what does not come true is told, and what is done on failure is foretold", async () => {
  const text = `title: Trial
steps:
  - repeat: { until: relays.lamp == true, atMost: 3, steps: [{ wait: 10 s }] }
onFailure:
  - wait: 5 s`;
  const { durationMs, mistakes, steps } = await foretold(await benchOf(relays), procedureOf(text));
  expect(mistakes).toEqual([
    { at: "trial.yaml:3:5", step: "steps[0]", message: expect.stringContaining("is not so after 3 rounds") },
  ]);
  expect(steps.map(({ path, times }) => [path, times])).toEqual([
    ["steps[0]", 1],
    ["steps[0].repeat[0]", 3],
    ["onFailure[0]", 1],
  ]);
  expect(durationMs).toBeGreaterThanOrEqual(35_000);
});

test("a question that nobody can guess an answer to is told where it is asked", async () => {
  const pattern = '{ type: string, pattern: "^LOT-[0-9]{7}$" }';
  expect(await mistakesOf(`  - ask: Which lot?\n    schema: ${pattern}\n    as: lot`)).toEqual([
    { at: "trial.yaml:3:5", step: "steps[0]", message: expect.stringContaining("give its schema a default") },
  ]);
});

test("what goes on for longer than a month, or takes too long to compute, is given up and told so", async () => {
  expect(await mistakesOf("  - repeat: { times: 1000, steps: [{ wait: 24 h }] }")).toEqual([
    { at: "trial.yaml:3:5", step: "steps[0]", message: expect.stringContaining("more than 31 days") },
  ]);
  const { mistakes } = await foretold(await benchOf(relays), procedureOf("title: T\nsteps:\n  - wait: 24 h"), 0);
  expect(mistakes).toEqual([{ at: "trial.yaml:3:5", step: "steps[0]", message: expect.stringContaining("given up") }]);
});

import { afterEach, beforeEach, expect, test } from "vitest";
import { messages } from "../../invocation/fixture.ts";
import { openVessels } from "./bench.ts";

let bench: Awaited<ReturnType<typeof openVessels>>;
beforeEach(async () => {
  bench = await openVessels();
});
afterEach(() => bench.bench.close());

test("the steps of a procedure are done one after the other, each a step of one invocation", async () => {
  const run = await bench.done([
    { set: "left.on", to: true },
    { invoke: "left.fill", input: { seconds: 2 }, as: "dose" },
    { wait: "3 s" },
    { invoke: "right.fill", input: { seconds: "$dose.volume" } },
  ]);
  expect([run.status, run.error]).toEqual(["completed", undefined]);
  expect([run.thing, run.action]).toEqual(["gateway", "run"]);
  expect(run.steps.map(({ thing, action, status }) => [thing, action, status])).toEqual([
    ["left", "fill", "completed"],
    ["right", "fill", "completed"],
  ]);
  expect(run.output).toEqual({ recordings: [], values: { dose: { volume: 2 } } });
  expect(bench.clock.now()).toBe(7000);
  // What it was told to leave on is on.
  expect(bench.heats("left")).toBe(true);
});

test("it tells where it is", async () => {
  const run = bench.start([
    { wait: "1 s" },
    { repeat: { times: 2, steps: [{ invoke: "left.fill", input: { seconds: 10 } }] } },
  ]);
  await bench.clock.advance(12_000);
  expect(run.positions).toEqual([
    { path: "steps[1].repeat[0]", line: 3, column: 5, text: "invoke left.fill", round: { n: 2, of: 2 } },
  ]);
  await bench.bench.ended(run);
  expect(messages(run)).toEqual([
    "runs test.yaml (0123456789ab)",
    "steps[0], line 1: wait 1 s",
    "steps[1], line 2: repeat 2 times",
    "steps[1].repeat[0], line 3: invoke left.fill",
  ]);
});

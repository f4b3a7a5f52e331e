import { afterEach, beforeEach, expect, test } from "vitest";
import { DeviceFaultError } from "../../../src/errors.ts";
import { StepFailedError } from "../../../src/experiment-errors.ts";
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

test("what fails is told with file, line and step, and the steps behind it are not done", async () => {
  const run = await bench.done([{ invoke: "left.fail" }, { invoke: "right.fill", input: { seconds: 1 } }]);
  expect([run.status, run.error?.message]).toEqual([
    "error",
    "test.yaml:1: steps[0], invoke left.fail: the valve sticks",
  ]);
  expect(run.error).toBeInstanceOf(StepFailedError);
  expect(run.error?.cause).toBeInstanceOf(DeviceFaultError);
  expect(bench.right.done).toEqual([]);
  expect(run.positions).toMatchObject([{ path: "steps[0]", line: 1 }]);
});

test("what is to be done on failure is done, and then outputs go safe; the run has failed all the same", async () => {
  const run = await bench.done(
    [{ set: "left.on", to: true }, { invoke: "right.fail" }],
    [{ invoke: "right.fill", input: { seconds: 1 } }, { invoke: "right.fail" }, { wait: "1 h" }],
  );
  expect(run.error?.message).toBe("test.yaml:2: steps[1], invoke right.fail: the valve sticks");
  expect(bench.right.done).toEqual(["fill 1", "filled 1", "safe"]);
  expect(bench.heats("left")).toBe(false);
  expect(messages(run)).toEqual(
    expect.arrayContaining([
      "on failure:",
      "onFailure[0], line 3: invoke right.fill",
      "what is to be done on failure has failed, too: test.yaml:4: onFailure[1], invoke right.fail: the valve sticks",
    ]),
  );
  expect(bench.clock.now()).toBe(1000);
});

test("a failure that is tried for is no failure of the run", async () => {
  const run = await bench.done([
    { set: "left.on", to: true },
    { try: [{ invoke: "right.fail" }, { wait: "1 h" }], onFailure: [{ invoke: "right.fill", input: { seconds: 1 } }] },
    { invoke: "left.fill", input: { seconds: 1 } },
  ]);
  expect([run.status, bench.heats("left")]).toEqual(["completed", true]);
  expect(run.steps.map(({ action, status }) => [action, status])).toEqual([
    ["fail", "error"],
    ["fill", "completed"],
    ["fill", "completed"],
  ]);
});

test("an action that takes longer than its step allows is ended, and that is a failure", async () => {
  const run = await bench.done([
    { try: [{ invoke: "left.fill", input: { seconds: 100 }, timeout: "2 s" }], onFailure: [{ wait: "1 s" }] },
  ]);
  expect([run.status, bench.clock.now(), bench.left.done]).toEqual(["completed", 3500, ["fill 100", "closed 100"]]);
  expect(run.steps[0]).toMatchObject({ status: "error" });
  expect(messages(run)).toContainEqual(
    expect.stringMatching(/steps\[0\]\.try\[0\], invoke left\.fill: .* longer than 2 s/),
  );
});

test("the time of a step runs while its Thing is busy with others, too", async () => {
  const other = bench.bench.start("left", "fill", { seconds: 60 });
  const run = await bench.done([{ invoke: "left.fill", input: { seconds: 1 }, timeout: "2 s" }]);
  expect([run.status, bench.clock.now(), other.status]).toEqual(["error", 2000, "running"]);
  expect(run.error?.message).toContain("longer than 2 s");
});

test("a driver that fails as nobody has foreseen fails its step, and hears nothing of a cancel", async () => {
  const run = await bench.done([
    { try: [{ invoke: "left.bug" }], onFailure: [] },
    { try: [{ invoke: "left.hang", timeout: "1 s" }], onFailure: [] },
    { invoke: "right.fill", input: { seconds: 1 } },
  ]);
  expect([run.status, bench.right.done]).toEqual(["completed", ["fill 1", "filled 1"]]);
  expect(bench.bench.thing("left").state).toBe("quarantined");
});

test("an answer is a value of later steps, also within words", async () => {
  const run = bench.start([
    { ask: "How long?", schema: { type: "number" }, as: "seconds" },
    { ask: "Fill for $seconds s ($$)?" },
    { invoke: "left.fill", input: { seconds: "$seconds" } },
  ]);
  await bench.clock.advance(1000);
  const { prompts } = bench.gateway.experiments;
  const [first] = prompts.all;
  expect([run.status, run.waitingFor, first?.things]).toEqual(["running", "operator", ["left"]]);
  prompts.answer(first?.id ?? "", 7, "ada");
  await bench.clock.advance(0);
  expect(prompts.all.map(({ message }) => message)).toEqual(["Fill for 7 s ($)?"]);
  prompts.answer(prompts.all[0]?.id ?? "", null, "ada");
  await bench.bench.ended(run);
  expect([run.status, bench.left.done]).toEqual(["completed", ["fill 7", "filled 7"]]);
});

test("nobody answers: it fails, or goes on with what was said", async () => {
  const run = await bench.done([
    { ask: "So?", schema: { type: "number" }, as: "n", timeout: "10 s", onTimeout: { answer: 3 } },
    { invoke: "left.fill", input: { seconds: "$n" } },
    { ask: "Is it done?", timeout: "10 s" },
  ]);
  expect([run.status, run.error?.message]).toEqual([
    "error",
    "test.yaml:3: steps[2], ask: Is it done?: nobody has answered within 10 s: Is it done?",
  ]);
  expect(bench.left.done).toEqual(["fill 3", "filled 3", "safe"]);
});

test("not more than 20 runs are under way at a time", async () => {
  const runs = Array.from({ length: 20 }, () => bench.start([{ wait: "1 s" }]));
  expect(() => bench.start([{ wait: "1 s" }])).toThrow("20 runs are under way already");
  await Promise.all(runs.map((run) => bench.bench.ended(run)));
  expect(bench.runs.all).toEqual([]);
  expect((await bench.done([{ wait: "1 s" }])).status).toBe("completed");
});

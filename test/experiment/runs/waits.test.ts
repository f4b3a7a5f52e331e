import { afterEach, beforeEach, expect, test } from "vitest";
import { settled } from "../../../src/discrete-clock.ts";
import { messages } from "../../invocation/fixture.ts";
import { openVessels } from "./bench.ts";

let bench: Awaited<ReturnType<typeof openVessels>>;
beforeEach(async () => {
  bench = await openVessels();
});
afterEach(() => bench.bench.close());

const until = (condition: string, timeout = "10 min") => ({ waitUntil: condition, timeout });

test("it goes on as soon as a reading is so", async () => {
  const run = bench.start([until("left.level >= 5")]);
  await bench.clock.advance(10_500);
  bench.left.level = 5;
  await bench.bench.ended(run);
  expect([run.status, bench.clock.now()]).toEqual(["completed", 11_000]);
});

test("it has to be so for as long as is said, without a break", async () => {
  const run = bench.start([until("left.level >= 5 for 10 s")]);
  bench.left.level = 6;
  await bench.clock.advance(8500);
  bench.left.level = 4;
  await bench.clock.advance(1000);
  bench.left.level = 5;
  await bench.bench.ended(run);
  expect([run.status, bench.clock.now()]).toEqual(["completed", 20_000]);
});

test("it fails when that takes too long, and tells what it was", async () => {
  bench.left.level = 4.5;
  const run = await bench.done([until("left.level >= 5", "20 s")]);
  expect([run.status, bench.clock.now(), run.error?.message]).toEqual([
    "error",
    20_000,
    "test.yaml:1: steps[0], wait until left.level >= 5: left.level >= 5 did not come true within 20 s: it was 4.5 last",
  ]);
});

test("a reading that fails now and then is told, and breaks the time for which it has to be so", async () => {
  bench.left.level = 6;
  const run = bench.start([until("left.level >= 5 for 10 s")]);
  await bench.clock.advance(7500);
  bench.left.deaf = 2;
  await bench.bench.ended(run);
  expect([run.status, bench.clock.now()]).toEqual(["completed", 20_000]);
  expect(messages(run).filter((line) => line.includes("cannot be read: it does not hear"))).toHaveLength(2);
});

test("readings that go on failing are a failure of the step", async () => {
  bench.left.deaf = 1000;
  const run = await bench.done([until("left.level >= 5")]);
  expect([run.status, bench.clock.now()]).toEqual(["error", 2000]);
  expect(run.error?.message).toContain("left.level cannot be read: it does not hear");
});

test("what cannot be compared is no value", async () => {
  bench.left.level = "full";
  const run = await bench.done([until("left.level >= 5")]);
  expect(run.error?.message).toContain('"full" cannot be compared with that');
});

test("a Thing that is lost while it is waited for is a failure at the next reading", async () => {
  const run = bench.start([until("left.level >= 5")]);
  await bench.clock.advance(3500);
  bench.left.fail();
  await bench.bench.ended(run);
  expect([run.status, bench.clock.now()]).toEqual(["error", 4000]);
  expect(run.error?.message).toMatch(/left\.level cannot be read: left is faulted: it smokes/);
});

test("it reads beside everything: what others do with the Thing goes on, and readings are shared", async () => {
  const other = bench.bench.start("left", "fill", { seconds: 5 });
  const runs = [bench.start([until("left.level >= 5")]), bench.start([until("left.level >= 5")])];
  await bench.clock.advance(4500);
  expect([other.status, bench.left.readings]).toEqual(["running", 5]);
  bench.left.level = 5;
  await Promise.all(runs.map((run) => bench.bench.ended(run)));
  expect(bench.clock.now()).toBe(5000);
});

test("a repetition ends after the round that has brought it about", async () => {
  const run = bench.start([
    { repeat: { until: "left.level >= 5", atMost: 10, steps: [{ invoke: "right.fill", input: { seconds: 10 } }] } },
  ]);
  await bench.clock.advance(25_000);
  bench.left.level = 5;
  await bench.bench.ended(run);
  expect([run.status, bench.clock.now()]).toEqual(["completed", 30_000]);
  expect(bench.right.done.filter((one) => one === "fill 10")).toHaveLength(3);
});

test("a repetition that does not bring it about fails", async () => {
  bench.left.level = 2;
  const run = await bench.done([{ repeat: { until: "left.level >= 5", atMost: 3, steps: [{ wait: "1 s" }] } }]);
  expect([bench.clock.now(), run.error?.message]).toEqual([
    3000,
    "test.yaml:1: steps[0], repeat until left.level >= 5: left.level >= 5 is not so after 3 rounds: it was 2 last",
  ]);
});

test("what has to be so for a while is looked at for so long after the round", async () => {
  bench.left.level = 6;
  const run = bench.start([{ repeat: { until: "left.level >= 5 for 10 s", atMost: 9, steps: [{ wait: "1 s" }] } }]);
  await bench.clock.advance(5500);
  bench.left.level = 1;
  await bench.clock.advance(1000);
  bench.left.level = 6;
  await bench.bench.ended(run);
  // Broken off at 6 s, a second round until 7 s, and 10 s of looking.
  expect([run.status, bench.clock.now()]).toEqual(["completed", 17_000]);
});

test("rounds that have nothing to wait for let others in, and can be ended", async () => {
  const refused = { try: [{ invoke: "left.fail" }], onFailure: [] };
  const run = bench.start([{ repeat: { times: 100, steps: [{ repeat: { times: 100, steps: [refused] } }] } }]);
  await settled();
  await settled();
  expect([run.status, run.steps.length]).toEqual(["running", 1]);
  await bench.bench.cancel(run);
  await bench.bench.ended(run);
  expect([run.status, bench.clock.now()]).toEqual(["cancelled", 0]);
});

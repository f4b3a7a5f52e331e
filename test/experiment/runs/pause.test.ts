import { afterEach, beforeEach, expect, test } from "vitest";
import { NotFoundError } from "../../../src/errors.ts";
import type { RunEvent } from "../../../src/events/of-experiment.ts";
import { RunOverError } from "../../../src/experiment-errors.ts";
import { messages } from "../../invocation/fixture.ts";
import { openVessels } from "./bench.ts";

let bench: Awaited<ReturnType<typeof openVessels>>;
beforeEach(async () => {
  bench = await openVessels();
});
afterEach(() => bench.bench.close());

const fill = (thing: string, seconds: number) => ({ invoke: `${thing}.fill`, input: { seconds } });

test("what has begun goes on to its end, and then it waits to be resumed", async () => {
  const run = bench.start([{ set: "left.on", to: true }, fill("left", 10), fill("right", 1)]);
  await bench.clock.advance(2000);
  expect(bench.runs.pause(run.id, "ada").state).toBe("pausing");
  expect([run.status, run.waitingFor]).toEqual(["running", null]);
  await bench.clock.advance(60_000);
  expect([bench.runs.get(run.id).state, run.status, run.waitingFor]).toEqual(["paused", "running", "resume"]);
  expect([bench.left.done, bench.right.done]).toEqual([["fill 10", "filled 10"], []]);
  expect(run.positions).toMatchObject([{ path: "steps[2]" }]);
  // What is set stays set: it is the experiment's, and its contract still holds.
  expect(bench.heats("left")).toBe(true);
  expect(bench.runs.resume(run.id, "ben").state).toBe("running");
  await bench.bench.ended(run);
  expect([run.status, run.waitingFor, bench.clock.now()]).toEqual(["completed", null, 63_000]);
  expect(messages(run)).toEqual(expect.arrayContaining(["paused by ada", "resumed by ben"]));
});

test("it stands where all its branches stand", async () => {
  const run = bench.start([{ parallel: { a: [fill("left", 1), fill("left", 1)], b: [fill("right", 5)] } }]);
  await bench.clock.advance(500);
  bench.runs.pause(run.id, "ada");
  await bench.clock.advance(2000);
  expect(bench.runs.get(run.id).state).toBe("pausing");
  expect(bench.left.done).toEqual(["fill 1", "filled 1"]);
  await bench.clock.advance(10_000);
  // A branch that has ended keeps nobody from standing.
  expect(bench.runs.get(run.id).state).toBe("paused");
  bench.runs.resume(run.id, "ada");
  await bench.bench.ended(run);
  expect(run.status).toBe("completed");
});

test("it can be cancelled while it is paused, and is left safe", async () => {
  const run = bench.start([{ set: "left.on", to: true }, { wait: "1 s" }, fill("right", 1)]);
  await bench.clock.advance(500);
  bench.runs.pause(run.id, "ada");
  await bench.clock.advance(5000);
  await bench.bench.cancel(run);
  await bench.bench.ended(run);
  expect([run.status, run.reason, bench.heats("left"), bench.right.done]).toEqual(["cancelled", "client", false, []]);
});

test("paused and resumed twice is paused and resumed once", async () => {
  const run = bench.start([{ wait: "1 s" }, { wait: "1 s" }]);
  bench.runs.pause(run.id, "ada");
  bench.runs.pause(run.id, "ada");
  await bench.clock.advance(5000);
  bench.runs.resume(run.id, "ada");
  bench.runs.pause(run.id, "ada");
  bench.runs.resume(run.id, "ada");
  bench.runs.resume(run.id, "ada");
  await bench.bench.ended(run);
  expect([run.status, bench.clock.now()]).toEqual(["completed", 7000]);
});

test("what has ended is neither paused nor resumed, and neither is what never was", async () => {
  const run = bench.start([{ wait: "1 s" }]);
  const view = bench.runs.get(run.id);
  await bench.bench.ended(run);
  expect(() => view.pause()).toThrow(RunOverError);
  expect(() => view.resume()).toThrow(RunOverError);
  expect(() => bench.runs.pause(run.id, "ada")).toThrow(NotFoundError);
  expect(() => bench.runs.resume("none", "ada")).toThrow(NotFoundError);
});

test("who has paused and resumed it is in the audit trail, and each state is told", async () => {
  const told: RunEvent[] = [];
  bench.gateway.events.listen(({ event }) => {
    if (event.kind === "run") told.push(event);
  });
  const run = bench.start([{ wait: "1 s" }, { wait: "1 s" }]);
  bench.runs.pause(run.id, { name: "ada", from: "10.0.0.7" });
  await bench.clock.advance(1500);
  bench.runs.resume(run.id, "ben");
  await bench.bench.ended(run);
  const audited = bench.gateway.audit.page({ limit: 5 }).filter(({ what }) => what.startsWith("run."));
  expect(audited.map(({ what, by, from, detail }) => [what, by, from, detail])).toEqual([
    ["run.resumed", "ben", undefined, `A test (${run.id})`],
    ["run.paused", "ada", "10.0.0.7", `A test (${run.id})`],
    ["run.started", "test", undefined, `A test (${run.id})`],
  ]);
  expect(told.at(0)).toMatchObject({ id: run.id, title: "A test", things: [] });
  expect(told.at(-1)).toMatchObject({ state: "completed", positions: [{ path: "steps[1]" }] });
});

test("what is to be done on failure waits for nobody to resume it", async () => {
  const run = bench.start([{ set: "left.on", to: true }, fill("right", 10), fill("left", 1)], [fill("left", 2)]);
  await bench.clock.advance(2000);
  bench.runs.pause(run.id, "ada");
  bench.right.fail();
  await bench.clock.advance(1000);
  const { state } = bench.runs.get(run.id);
  expect([state, run.waitingFor, run.positions.at(0)?.path]).toEqual(["running", null, "onFailure[0]"]);
  expect(() => bench.runs.pause(run.id, "ada")).toThrow(RunOverError);
  expect(() => bench.runs.resume(run.id, "ada")).toThrow(RunOverError);
  await bench.bench.ended(run);
  expect([run.status, bench.left.done, bench.heats("left")]).toEqual(["error", ["fill 2", "filled 2", "safe"], false]);
  expect(messages(run)).toContainEqual("not paused any more: it ends");
});

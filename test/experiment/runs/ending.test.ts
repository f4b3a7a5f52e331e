import { afterEach, beforeEach, expect, test } from "vitest";
import { StoppedError } from "../../../src/errors.ts";
import { messages } from "../../invocation/fixture.ts";
import { openVessels } from "./bench.ts";

let bench: Awaited<ReturnType<typeof openVessels>>;
beforeEach(async () => {
  bench = await openVessels();
});
afterEach(() => bench.bench.close());

const fill = (thing: string, seconds: number) => ({ invoke: `${thing}.fill`, input: { seconds } });
const heat = { set: "left.on", to: true };

test("a cancel lets the action clean up, does nothing of what is for failures, and leaves outputs safe", async () => {
  const run = bench.start(
    [heat, { try: [fill("right", 60)], onFailure: [fill("right", 98)] }, fill("right", 97)],
    [fill("right", 99)],
  );
  await bench.clock.advance(2000);
  expect(bench.heats("left")).toBe(true);
  await bench.bench.cancel(run);
  await bench.bench.ended(run);
  expect([run.status, run.reason, run.forced, bench.clock.now()]).toEqual(["cancelled", "client", false, 2500]);
  expect(bench.right.done).toEqual(["fill 60", "closed 60", "safe"]);
  expect([bench.heats("left"), bench.left.done]).toEqual([false, ["safe"]]);
  expect(run.steps).toMatchObject([{ action: "fill", status: "cancelled" }]);
  expect(run.positions).toMatchObject([{ path: "steps[1].try[0]" }]);
});

test("an action that goes on to its end does not decline the cancel of the run that it is a step of", async () => {
  const run = bench.start([
    heat,
    { try: [{ invoke: "right.insist" }], onFailure: [fill("right", 98)] },
    fill("right", 97),
  ]);
  await bench.clock.advance(1000);
  await bench.bench.cancel(run);
  await bench.bench.ended(run);
  expect([run.status, run.reason, bench.clock.now()]).toEqual(["cancelled", "client", 3000]);
  expect([bench.right.done, bench.heats("left")]).toEqual([["safe"], false]);
});

test("what hears nothing is cut off when the grace is over, and everything is made safe", async () => {
  const run = bench.start([heat, { invoke: "right.hang" }]);
  await bench.clock.advance(2000);
  await bench.bench.cancel(run);
  await bench.bench.ended(run);
  expect([run.status, run.forced, bench.heats("left")]).toEqual(["cancelled", true, false]);
  // 5 s for the action, 5 s for what is to be left safe.
  expect([bench.clock.now(), bench.bench.thing("right").state]).toEqual([12_000, "quarantined"]);
});

test("stop, pressed on a Thing that it goes through, ends it between its steps, too", async () => {
  const run = bench.start([heat, { wait: "1 h" }, fill("right", 1)]);
  await bench.clock.advance(2000);
  bench.bench.thing("right").invoke("stop", null, { requestedBy: "ada" });
  await bench.bench.ended(run);
  expect([run.status, run.reason, bench.heats("left")]).toEqual(["cancelled", "stopped", false]);
});

test("stop, pressed on another Thing, is none of its business", async () => {
  const run = bench.start([{ wait: "10 s" }, fill("right", 1)]);
  await bench.clock.advance(2000);
  bench.bench.thing("left").invoke("stop", null, { requestedBy: "ada" });
  await bench.bench.ended(run);
  expect(run.status).toBe("completed");
});

test("the emergency stop ends it at once, and none begins before that is cleared", async () => {
  const run = bench.start([heat, fill("right", 60)], [fill("right", 99)]);
  await bench.clock.advance(2000);
  await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  await bench.bench.ended(run);
  expect([run.status, run.reason, bench.heats("left"), bench.clock.now()]).toEqual([
    "cancelled",
    "emergency_stop",
    false,
    2000,
  ]);
  expect(bench.right.done.filter((one) => one === "fill 99")).toEqual([]);
  expect(() => bench.start([fill("left", 1)])).toThrow(StoppedError);
});

const beforeLong = { ask: "Is it dry?" };
const nothing = { parallel: { one: [beforeLong], other: [{ wait: "1 h" }] } };

test.each<[string, Parameters<typeof bench.start>[0], "unknown" | undefined]>([
  ["only asks", [beforeLong], undefined],
  ["only asks, waits and looks", [{ record: "levels", properties: ["left.level"], every: "1 s" }, nothing], undefined],
  ["has set something before it asks", [heat, beforeLong], "unknown"],
  [
    "has done something beside what it asks",
    [{ parallel: { one: [beforeLong], other: [fill("left", 60)] } }],
    "unknown",
  ],
  ["has done something that holds no Thing", [{ invoke: "left.blink" }, beforeLong], "unknown"],
])("of a run that %s when it is cut off, what nobody knows is told, and no more", async (_, steps, outcome) => {
  const run = bench.start(steps);
  await bench.clock.advance(2000);
  expect(run.waitingFor).toBe("operator");
  await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  await bench.bench.ended(run);
  expect([run.status, run.forced, run.outcome]).toEqual(["cancelled", true, outcome]);
});

test("a Thing that is lost while a step drives it fails the step, and what is for failures is done", async () => {
  const run = bench.start([heat, fill("right", 60), fill("left", 7)], [fill("left", 1)]);
  await bench.clock.advance(2000);
  bench.right.fail();
  await bench.bench.ended(run);
  expect([run.status, run.reason]).toEqual(["error", undefined]);
  expect(run.error?.message).toMatch(/^test\.yaml:2: steps\[1\], invoke right\.fill: .*it smokes/);
  expect(bench.left.done).toEqual(["fill 1", "filled 1", "safe"]);
  expect(bench.heats("left")).toBe(false);
});

test("what somebody else works with by then is left as it is, and said", async () => {
  const run = bench.start([heat, { wait: "1 h" }]);
  await bench.clock.advance(2000);
  const other = bench.bench.start("left", "fill", { seconds: 60 });
  await bench.clock.advance(1000);
  await bench.bench.cancel(run);
  await bench.bench.ended(run);
  expect([run.status, other.status, bench.heats("left")]).toEqual(["cancelled", "running", true]);
  expect(messages(run)).toContainEqual(expect.stringMatching(/^left is left as it is: left\/fill .* works on it$/));
});

test("a run that is cancelled is cancelled, also where its step does not hear that and is over its own time by then", async () => {
  const run = bench.start([{ invoke: "right.hang", timeout: "2 s" }]);
  await bench.clock.advance(1500);
  await bench.bench.cancel(run);
  await bench.bench.ended(run);
  expect([run.status, run.reason, run.outcome, bench.clock.now()]).toEqual(["cancelled", "client", "unknown", 3000]);
});

test("nor is it stopped when the run has to be cut off", async () => {
  const run = bench.start([fill("left", 1), { invoke: "right.hang" }]);
  await bench.clock.advance(3000);
  const other = bench.bench.start("left", "fill", { seconds: 60 });
  await bench.bench.cancel(run);
  await bench.bench.ended(run);
  await bench.bench.ended(other);
  expect([run.forced, other.status, bench.left.done]).toEqual([
    true,
    "completed",
    ["fill 1", "filled 1", "fill 60", "filled 60"],
  ]);
  expect(messages(run)).toContainEqual(expect.stringMatching(/^left is left as it is: left\/fill .* works on it$/));
});

test("what it has only read, or looked at, is none of its to make safe", async () => {
  const run = bench.start([{ invoke: "left.look" }, { waitUntil: "right.level > 5", timeout: "1 h" }]);
  await bench.clock.advance(2000);
  await bench.bench.cancel(run);
  await bench.bench.ended(run);
  expect([bench.left.done, bench.right.done]).toEqual([[], []]);
});

test("a shutdown ends it, and its outputs are safe", async () => {
  const run = bench.start([heat, fill("right", 60)]);
  await bench.clock.advance(2000);
  await bench.clock.until(bench.gateway.close());
  expect([run.status, run.reason, bench.heats("left")]).toEqual(["cancelled", "shutdown", false]);
  expect(() => bench.start([fill("left", 1)])).toThrow("left is closed");
});

test("a step that is just failing when the run is cancelled makes no failure of that", async () => {
  const run = bench.start([{ ...fill("left", 60), timeout: "2 s" }], [fill("right", 99)]);
  // Its time is over, and it is closing what it has opened.
  await bench.clock.advance(2200);
  await bench.bench.cancel(run);
  await bench.bench.ended(run);
  expect([run.status, run.reason, bench.right.done]).toEqual(["cancelled", "client", []]);
  expect(messages(run)).toContainEqual(expect.stringMatching(/^steps\[0\]: .* took longer than 2 s$/));
});

test("a lease that is broken ends the run that was begun under it, and its outputs are as their contracts say", async () => {
  const { leases } = bench.gateway;
  const terms = { seconds: 600, note: "", onLoss: "cancel" } as const;
  const lease = await bench.clock.until(leases.take("left", "test", terms, { more: ["right"] }));
  const run = bench.start([heat, fill("right", 60)], [fill("right", 99)], { leases: [lease.number] });
  await bench.clock.advance(2000);
  leases.break("left", "boss", "it is needed");
  await bench.bench.ended(run);
  expect([run.status, run.reason, bench.heats("left")]).toEqual(["cancelled", "lease_lost", false]);
  expect(bench.right.done.slice(0, 3)).toEqual(["fill 60", "closed 60", "safe"]);
  expect(messages(run)).not.toContain("on failure:");
});

test.each([
  ["that was cut off by its own limit", [{ invoke: "right.hang", timeout: "2 s" }]],
  [
    "that was cut off by a failure beside it",
    [{ parallel: { a: [{ wait: "1 s" }, { invoke: "left.fail" }], b: [{ invoke: "right.hang" }] } }],
  ],
  [
    "that was caught before something else failed",
    [{ try: [{ invoke: "right.mute" }], onFailure: [] }, { invoke: "left.fail" }],
  ],
])("a run that fails after a step %s says that nobody knows what was done", async (_, steps) => {
  const run = await bench.done(steps);
  expect([run.status, run.forced, run.outcome]).toEqual(["error", false, "unknown"]);
});

test("a run that fails, and whose steps have all told what they did, knows that", async () => {
  const run = await bench.done([
    fill("right", 1),
    { try: [{ invoke: "left.fail" }], onFailure: [] },
    { invoke: "left.fail" },
  ]);
  expect([run.status, run.outcome]).toEqual(["error", undefined]);
});

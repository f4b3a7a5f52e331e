import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import counter from "../../../drivers/counter.ts";
import { DiscreteClock } from "../../../src/discrete-clock.ts";
import type { Job, ScheduleConfig } from "../../../src/experiment/schedule/schedule-config.ts";
import { openBench, type TestBenchOptions } from "../../../src/testing/open-bench.ts";

let stateDirectory: string;
beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), "benchd-schedules-"));
});
afterEach(() => rm(stateDirectory, { recursive: true }));

const minute = 60_000;
const every = { kind: "every", everyMs: minute } as const;
const slowCount = (n: number): Job => ({
  kind: "action",
  thing: "counter",
  action: "slow_count",
  input: { n, delay: 1 },
});

async function openScheduled(job: Job, times: ScheduleConfig["times"] = every, more: TestBenchOptions = {}) {
  const schedules: ScheduleConfig[] = [{ name: "night", title: undefined, times, job }];
  const processClock = new DiscreteClock();
  const bench = await openBench({ counter: { definition: counter } }, { plans: { schedules }, processClock, ...more });
  const all = bench.gateway.experiments.schedules;
  const told = () =>
    bench.gateway.events.after(0).events.flatMap(({ event }) => (event.kind === "schedule" ? [event] : []));
  /** Until the schedule has done something: files are read in their own time, of which the bench's is none. */
  const nextTold = async () => {
    const before = told().length;
    await bench.clock.advance(minute);
    while (told().length === before) await processClock.advance(100);
    await bench.clock.advance(0);
    return told().at(-1);
  };
  return { ...bench, processClock, all, night: all.get("night"), told, nextTold };
}

test("an action begins again and again, in the name of its schedule, and none at the start of benchd", async () => {
  const { clock, gateway, night, told, close } = await openScheduled(slowCount(2));
  await clock.advance(59_000);
  expect(await gateway.invocations.list({})).toEqual([]);
  await clock.advance(2 * minute);
  const begun = await gateway.invocations.list({});
  expect(begun).toMatchObject([
    { action: "slow_count", requestedBy: "schedule night", input: { n: 2, delay: 1 }, status: "completed" },
    { action: "slow_count", requestedBy: "schedule night", status: "completed" },
  ]);
  expect(told()).toEqual(
    begun.map(({ id }) => ({
      ...{ kind: "schedule", name: "night", things: ["counter"], what: "started", invocation: id, reason: null },
    })),
  );
  expect(night.started?.invocation?.id).toBe(begun[1]?.id);
  await close();
});

test("it is left out while what it began before goes on, and never made up for", async () => {
  const { clock, gateway, told, logged, close } = await openScheduled(slowCount(150));
  await clock.advance(6 * minute);
  expect(await gateway.invocations.list({})).toHaveLength(2);
  expect(told().map(({ what }) => what)).toEqual(["started", "skipped", "skipped", "started", "skipped", "skipped"]);
  expect(told()[1]?.reason).toMatch(/^what it began before goes on still/);
  expect(logged.filter((line) => line.includes("has left out its time"))).toHaveLength(2);
  await close();
});

test("it is left out while somebody else uses its Thing, or waits for it, and disturbs nobody", async () => {
  const { clock, gateway, start, told, close } = await openScheduled(slowCount(1));
  start("counter", "slow_count", { n: 70, delay: 1 });
  await clock.advance(90_000);
  expect(told()).toMatchObject([{ what: "skipped", reason: expect.stringContaining("counter is busy with") }]);
  await clock.advance(minute);
  expect((await gateway.invocations.list({})).map(({ requestedBy }) => requestedBy)).toEqual([
    "test",
    "schedule night",
  ]);
  await close();
});

test("what does not admit it leaves it out with its reason, and clearing that begins nothing", async () => {
  const { clock, gateway, told, close } = await openScheduled(slowCount(1));
  // The disk has it in its own time, of which the bench's is none.
  await gateway.emergencyStop.trip("ada");
  await clock.advance(70_000);
  expect(told()).toMatchObject([{ what: "skipped", reason: expect.stringContaining("emergency stop") }]);
  await gateway.emergencyStop.clear("ada");
  await clock.advance(40_000);
  expect(await gateway.invocations.list({})).toEqual([]);
  await clock.advance(20_000);
  expect(await gateway.invocations.list({})).toHaveLength(1);
  await close();
});

test("one that is paused begins nothing, over restarts too, until it is resumed; both are audited", async () => {
  const first = await openScheduled(slowCount(1), every, { stateDirectory });
  await first.all.pause("night", { name: "ada", from: "10.0.0.9" });
  await first.all.pause("night", "bob");
  await first.clock.advance(3 * minute);
  expect(first.night.pause).toMatchObject({ by: "ada" });
  await first.close();

  const second = await openScheduled(slowCount(1), every, { stateDirectory });
  await second.clock.advance(90_000);
  expect(await second.gateway.invocations.list({ action: "slow_count" })).toEqual([]);
  await second.all.resume("night", "bob");
  await second.clock.advance(minute);
  expect(await second.gateway.invocations.list({ action: "slow_count" })).toHaveLength(1);
  const noted = second.gateway.audit.page({ limit: 50 }).filter(({ what }) => what.startsWith("schedule"));
  expect(noted).toMatchObject([
    { what: "schedule.resumed", by: "bob", detail: "night" },
    { what: "schedule.paused", by: "ada", from: "10.0.0.9", detail: "night" },
  ]);
  await second.close();
  const third = await openScheduled(slowCount(1), every, { stateDirectory });
  expect(third.night.pause).toBeUndefined();
  await third.close();
});

test("where nobody knows any more which were paused, all are", async () => {
  await writeFile(join(stateDirectory, "schedules.json"), "{ torn");
  const { clock, gateway, night, logged, close } = await openScheduled(slowCount(1), every, { stateDirectory });
  expect(night.pause?.by).toMatch(/^a damaged file, kept as /);
  expect(logged.join()).toContain("the schedule night is still paused, by a damaged file");
  await clock.advance(5 * minute);
  expect(await gateway.invocations.list({})).toEqual([]);
  await close();
});

test("a time of the wall clock is waited for by the process clock, and not while nobody trusts it", async () => {
  const processClock = new DiscreteClock();
  let trusted = false;
  const more = {
    processClock,
    opened: { wallClock: () => Date.parse("2026-11-20T05:00:00Z") + processClock.now() },
    clockTrusted: () => trusted,
  };
  const times = { kind: "cron", pattern: "0 6 * * *", timeZone: "UTC", untrustedClock: "wait" } as const;
  const { clock, gateway, night, close } = await openScheduled(slowCount(1), times, more);
  expect(night.beat.waitsFor).toBe("clock");
  await processClock.advance(2 * 60 * minute);
  expect(await gateway.invocations.list({})).toEqual([]);
  trusted = true;
  await processClock.advance(24 * 60 * minute);
  await clock.advance(10_000);
  expect(await gateway.invocations.list({})).toMatchObject([{ requestedBy: "schedule night", status: "completed" }]);
  await close();
});

test("nothing begins while benchd ends", async () => {
  const { clock, gateway, start, told } = await openScheduled(slowCount(1));
  start("counter", "uncancellable", { seconds: 200 });
  const closing = gateway.close({ graceMs: 150_000 });
  await clock.until(closing);
  expect(told()).toEqual([]);
});

const document = `title: Count
parameters: { n: { type: integer, default: 1 } }
steps:
  - invoke: counter.increment
    input: { by: $n }
`;

test("a run of a stored procedure begins, of the version that is the newest then, with its parameters", async () => {
  const job: Job = { kind: "procedure", procedure: "count", parameters: { n: 4 } };
  const { clock, gateway, night, told, nextTold, read, logged, close } = await openScheduled(job);
  await clock.advance(70_000);
  expect(told()).toMatchObject([{ what: "skipped", things: [], reason: expect.stringContaining("no procedure") }]);
  expect(logged.join()).toContain("the schedule night could begin nothing now: there is no procedure");
  await gateway.experiments.procedures.store("count", document, "ada");
  expect(await nextTold()).toMatchObject({ what: "started", things: ["counter"] });
  expect(await read("counter", "counter")).toBe(4);
  expect(night.things).toEqual(["counter"]);
  expect(await gateway.invocations.list({ action: "run" })).toMatchObject([
    { thing: "gateway", requestedBy: "schedule night", status: "completed", input: { file: "count@1" } },
  ]);
  await close();
});

test("a run of a file begins as the file is then, and what is wrong with it leaves it out", async () => {
  const file = join(stateDirectory, "count.yaml");
  await writeFile(file, document);
  const { gateway, nextTold, read, start, close } = await openScheduled({
    kind: "procedure",
    procedure: file,
    parameters: {},
  });
  expect(await nextTold()).toMatchObject({ what: "started" });
  expect(await read("counter", "counter")).toBe(1);
  await writeFile(file, document.replace("increment", "incremen"));
  expect(await nextTold()).toMatchObject({ what: "skipped", reason: expect.stringContaining("count.yaml:4:") });
  await rm(file);
  expect(await nextTold()).toMatchObject({
    what: "skipped",
    reason: expect.stringContaining("cannot be read (ENOENT)"),
  });
  await writeFile(file, document);
  start("counter", "slow_count", { n: 300, delay: 1 });
  expect(await nextTold()).toMatchObject({ what: "skipped", reason: expect.stringContaining("counter is busy with") });
  expect(await gateway.invocations.list({ action: "run" })).toHaveLength(1);
  await close();
});

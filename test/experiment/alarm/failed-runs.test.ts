import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import counter from "../../../drivers/counter.ts";
import { DiscreteClock, settled } from "../../../src/discrete-clock.ts";
import type { AlarmConfig } from "../../../src/experiment/alarm/alarm-config.ts";
import { Alarms } from "../../../src/experiment/alarm/alarms.ts";
import { readProcedure } from "../../../src/experiment/procedure/read.ts";
import { openBench } from "../../../src/testing/open-bench.ts";

let stateDirectory: string;
beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), "benchd-alarms-"));
});
afterEach(() => rm(stateDirectory, { recursive: true, maxRetries: 3 }));

const alarm = (name: string, procedure: string | undefined): AlarmConfig => ({
  ...{ name, title: undefined, forMs: 0, clearAfterMs: 0, unknown: "raise", notify: [] },
  watched: { kind: "runFailed", procedure },
});

async function openRuns(state = stateDirectory) {
  const processClock = new DiscreteClock();
  const bench = await openBench(
    { counter: { definition: counter } },
    { stateDirectory: state, processClock, plans: { alarms: [alarm("any", undefined), alarm("count", "count")] } },
  );
  const { procedures, runs } = bench.gateway.experiments;
  const begin = async (name: string, step: string) => {
    // Documents are read with pauses, by the process clock.
    const storing = procedures.store(name, `title: T\nsteps: [ ${step} ]\n`, "ada");
    await processClock.until(storing);
    const { procedure } = await processClock.until(procedures.find({ procedure: name }));
    return runs.start({ procedure, requestedBy: "ada" });
  };
  const told = () =>
    bench.gateway.events.after(0).events.flatMap(({ event }) => (event.kind === "alarm" ? [event] : []));
  const run = async (name: string, step: string) => {
    const invocation = await begin(name, step);
    await bench.ended(invocation);
    for (let n = 0; n < 20; n++) await settled();
    return told().map(({ name, raised }) => `${name} ${raised}`);
  };
  return { ...bench, begin, run, told };
}

test("each run that fails raises its alarms, the next that completes clears them, and one that is cancelled does neither", async () => {
  const { run, begin, told, cancel, ended, close } = await openRuns();
  expect(await run("count", "{ invoke: counter.fail }")).toEqual(["any true", "count true"]);
  expect(told()[0]?.reason).toMatch(/^the run [0-9a-f-]{36} has failed: .*count@1:2/);
  expect(await run("other", "{ invoke: counter.fail }")).toEqual(["any true", "count true", "any true"]);
  expect(await run("other", "{ invoke: counter.noop }")).toEqual(["any true", "count true", "any true", "any false"]);
  const cancelled = await begin("count", "{ wait: 1 h }");
  await cancel(cancelled);
  await ended(cancelled);
  expect((await run("count", "{ invoke: counter.noop }")).slice(4)).toEqual(["count false"]);
  await close();
});

test("a text that is sent under the name of a stored procedure is none of its runs", async () => {
  const { run, ended, told, gateway, close } = await openRuns();
  await run("count", "{ invoke: counter.fail }");
  const document = "title: T\nsteps: [ { invoke: counter.noop } ]\n";
  const procedure = readProcedure({ text: document, file: "count@1" });
  await ended(gateway.experiments.runs.start({ procedure, document, requestedBy: "ada" }));
  for (let n = 0; n < 20; n++) await settled();
  expect(told().map(({ name, raised }) => `${name} ${raised}`)).toEqual(["any true", "count true", "any false"]);
  await close();
});

test("however often runs fail, one state at a time is on its way to the disk, and the last one gets there", async () => {
  const writes: unknown[] = [];
  let done = () => {};
  let tell = (_: object) => {};
  const keep = (value: unknown) => {
    writes.push(value);
    return new Promise<boolean>((resolve) => {
      done = () => resolve(true);
    });
  };
  const clock = new DiscreteClock();
  const alarms = await Alarms.open({
    ...{ configs: [alarm("any", undefined)], notifiers: [], environment: {}, things: new Map(), version: "1" },
    ...{ clock, processClock: clock, clockTrusted: () => true, audit: { note() {} }, events: { tell() {} }, log() {} },
    scheduler: { list: async () => [] },
    listen: (told: typeof tell) => {
      tell = told;
      return () => {};
    },
    file: { read: async () => ({ found: "nothing" }), keep },
  } as never);
  alarms.begin();
  const failed = { kind: "invocation", thing: "gateway", action: "run", status: "error", id: "1" };
  for (let n = 0; n < 1000; n++) tell({ event: failed });
  await settled();
  expect(writes).toHaveLength(1);
  done();
  await settled();
  expect(writes).toEqual([
    { any: expect.objectContaining({ changes: 1 }) },
    { any: expect.objectContaining({ changes: 1000 }) },
  ]);
  done();
  await alarms.close();
});

test("a run that ended with the process has failed, which the next start tells", async () => {
  const killed = await openRuns();
  const cut = await killed.begin("count", "{ wait: 1 h }");
  await killed.clock.advance(1000);
  // What asks for the disk takes along what is to be written within a second.
  const done = async () => ({ status: 200, value: null });
  await killed.gateway.keys.answer({ id: "1", body: "" }, done, () => ({ status: 500, value: null }));
  const left = await mkdtemp(join(tmpdir(), "benchd-alarms-"));
  await cp(stateDirectory, left, { recursive: true });
  const { told, close } = await openRuns(left);
  for (let n = 0; n < 50 && told().length < 2; n++) await settled();
  const reason = expect.stringMatching(`the run ${cut.id} has failed: benchd ended while this ran`);
  expect(told()).toMatchObject([
    { name: "any", raised: true, things: [], reason },
    { name: "count", raised: true, reason },
  ]);
  await close();
  await killed.close();
  await rm(left, { recursive: true, maxRetries: 3 });
});

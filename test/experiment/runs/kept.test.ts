import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { messages } from "../../invocation/fixture.ts";
import { openVessels } from "./bench.ts";

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "benchd-runs-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

async function open(stateDirectory?: string) {
  const bench = await openVessels({ ...(stateDirectory !== undefined && { stateDirectory }) });
  onTestFinished(() => bench.bench.close());
  return bench;
}
type Bench = Awaited<ReturnType<typeof open>>;

const record = { record: "all", properties: ["left.level", "right.level"], every: "1 s" };
const recordings = ({ gateway }: Bench) => gateway.experiments.recordings;

async function textOf(bench: Bench, id: string): Promise<string> {
  const read = await recordings(bench).read(id);
  const pieces: Uint8Array[] = [];
  for await (const piece of read?.read() ?? []) pieces.push(piece);
  await read?.close();
  return Buffer.concat(pieces).toString();
}

test("what a step begins to record goes on beside the others, until a step or the run ends it", async () => {
  const bench = await open();
  const steps = [
    { ...record, record: "first" },
    record,
    { wait: "2 s" },
    { stopRecording: "first" },
    { invoke: "left.fill", input: { seconds: 3 } },
  ];
  const run = await bench.done(steps);
  expect(run.status).toBe("completed");
  const { recordings: told } = run.output as { readonly recordings: readonly { name: string; id: string }[] };
  expect(told.map(({ name }) => name)).toEqual(["first", "all"]);
  const [first, all] = told.map(({ id }) => recordings(bench).get(id));
  expect([first, all]).toMatchObject([
    { run: run.id, things: ["left", "right"], end: { why: "as the procedure says" } },
    { run: run.id, end: { why: "the run has ended" } },
  ]);
  const lines = (await textOf(bench, told[1]?.id ?? "")).split("\n").filter((line) => !line.startsWith("#"));
  // The header, a row at once, one a second, and nothing behind the last.
  expect(lines).toHaveLength(1 + 5 + 1);
});

test("however a run ends, what it records ends with it, and says why", async () => {
  const bench = await open();
  const run = bench.start([record, { wait: "1 h" }]);
  await bench.clock.advance(2000);
  await bench.bench.cancel(run);
  await bench.bench.ended(run);
  const [cancelled] = recordings(bench).list();
  expect(cancelled).toMatchObject({ run: run.id, end: { why: "the run has not come to its end" } });
  const stopped = bench.start([record, { wait: "1 h" }]);
  await bench.clock.advance(2000);
  await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  await bench.bench.ended(stopped);
  await bench.clock.advance(10_000);
  expect(
    recordings(bench)
      .list()
      .map(({ end }) => end === null),
  ).toEqual([false, false]);
});

test("a run that was killed is interrupted, and tells where it was", async () => {
  const folder = temporary();
  const killed = await open(folder);
  const run = killed.start([
    { set: "left.on", to: true },
    {
      parallel: {
        a: [{ repeat: { times: 5, steps: [{ invoke: "left.fill", input: { seconds: 2 } }] } }],
        b: [{ wait: "1 h" }],
      },
    },
  ]);
  await killed.clock.advance(5000);
  // What asks for the disk takes along what is to be written within a second.
  const done = async () => ({ status: 200, value: null });
  await killed.gateway.keys.answer({ id: "1", body: "" }, done, () => ({ status: 500, value: null }));
  const left = temporary();
  cpSync(folder, left, { recursive: true });
  const { gateway, runs } = await open(left);
  const found = await gateway.invocations.find(run.id, "history");
  expect([found?.status, found?.outcome]).toEqual(["error", "unknown"]);
  expect(found?.error).toMatchObject({ code: "BENCHD_INTERRUPTED" });
  expect(found?.positions).toEqual([
    { path: "steps[1].a[0].repeat[0]", line: 4, column: 5, text: "invoke left.fill", round: { n: 3, of: 5 } },
    { path: "steps[1].b[0]", line: 5, column: 5, text: "wait 1 h" },
  ]);
  expect(found?.input).toMatchObject({ file: "test.yaml", sha256: "0123456789abcdef", things: ["left"] });
  expect(found?.steps.map(({ status }) => status)).toEqual(["completed", "completed", "error"]);
  // Nothing goes on by itself.
  expect(runs.all).toEqual([]);
});

test("one that has ended is in the history, with where it came and what it was", async () => {
  const folder = temporary();
  const first = await open(folder);
  const run = await first.done([{ wait: "1 s" }, { invoke: "left.fail" }]);
  await first.clock.until(first.gateway.close());
  const { gateway } = await open(folder);
  const found = await gateway.invocations.find(run.id, "history");
  expect(found).toMatchObject({
    ...{ status: "error", thing: "gateway", action: "run" },
    positions: [{ path: "steps[1]", line: 2 }],
  });
  expect(found?.error?.message).toBe("test.yaml:2: steps[1], invoke left.fail: the valve sticks");
  expect(messages(run).at(-1)).toBe("test.yaml:2: steps[1], invoke left.fail: the valve sticks");
});

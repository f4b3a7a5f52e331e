import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { served } from "../cli/served.ts";
import { testShell } from "../cli/shell.ts";
import { procedure } from "../experiment/runs/written.ts";

const cleanUp: (() => Promise<unknown>)[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "benchd-record-"));
  cleanUp.push(() => rm(folder, { recursive: true }));
});
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

async function serve(more = "") {
  const { gateway, url, close } = await served(
    `things:\n  counter: { driver: counter, calibration: { expires: 30 d } }\n  other: { driver: counter }\n${more}`,
  );
  cleanUp.push(close);
  const begin = (shell: ReturnType<typeof testShell>, args: readonly string[]) => run([...args, "--url", url], shell);
  /** One command; what it has said. */
  const benchd = async (...args: string[]) => {
    const shell = testShell({ USER: "ada" });
    const status = await begin(shell, args);
    return { status, printed: shell.printed.join("\n"), told: shell.told.join("\n") };
  };
  return { gateway, url, begin, benchd };
}

const at = (name: string) => join(folder, name);

// A machine that has other things to do may miss a beat: there are gaps then.
test("properties are recorded until Ctrl+C, and then saved; how it goes is shown in a terminal", async () => {
  const { gateway, begin } = await serve();
  const shell = testShell({}, true, undefined, { columns: 60 });
  const args = [
    "record",
    "counter.counter",
    "other.gain",
    "--every",
    "20ms",
    "--out",
    at("night.csv"),
    "--name",
    "night",
  ];
  const recording = begin(shell, args);
  await expect.poll(() => shell.screen).toMatch(/[1-9]\d* rows?, .*Ctrl\+C stops/);
  expect(gateway.experiments.recordings.list()).toMatchObject([{ name: "night", everyMs: 20 }]);
  shell.signal("SIGINT");
  expect(await recording).toBe(0);
  expect(shell.printed.at(-1)).toMatch(/night\.csv: \d+ rows?/);
  expect(await readFile(at("night.csv"), "utf8")).toMatch(
    /^time,elapsed \[s\],counter\.counter,other\.gain,gap\n.+\n/m,
  );
  expect(gateway.experiments.recordings.list()[0]?.end?.how).toBe("stopped");
  expect(shell.listeners).toBe(0);
});

test("one with an end saves itself; --json tells of it, and - prints the rows", async () => {
  const { benchd } = await serve();
  const short = ["--every", "20ms", "--for", "60ms"];
  const { status, printed } = await benchd("record", "counter.counter", ...short, "--out", at("a.csv"), "--json");
  expect([status, JSON.parse(printed)]).toMatchObject([0, { name: "counter", state: "finished", file: at("a.csv") }]);
  const shown = await benchd("record", "counter.counter", "--on-change", "--for", "60ms", "--out", "-");
  expect([shown.status, shown.told]).toEqual([0, expect.stringMatching(/-: 1 row/)]);
});

test("a second Ctrl+C waits for nothing, and says where the rows are", async () => {
  const { gateway, begin } = await serve();
  const shell = testShell();
  const recording = begin(shell, ["record", "counter.counter", "--out", at("a.csv")]);
  await expect.poll(() => gateway.experiments.recordings.list().length).toBe(1);
  shell.signal("SIGINT");
  shell.signal("SIGTERM");
  expect(await recording).toBe(1);
  expect(shell.told.join()).toMatch(/left at the gateway: benchd record save [0-9a-f]{8} --url/);
});

test("recordings are listed, stopped, saved and removed, by name or by the beginning of an id", async () => {
  const { gateway, benchd } = await serve();
  const { recordings } = gateway.experiments;
  const properties = [{ thing: "counter", property: "counter" }];
  const { id } = recordings.start({ name: "night", properties, everyMs: 20, by: "ada" });
  recordings.start({ name: "day", properties, everyMs: 20, by: "ada" });
  await expect.poll(() => recordings.get(id).rows).toBeGreaterThan(0);
  expect((await benchd("record", "stop", "day")).printed).toMatch(/^day is stopped: \d+ rows?/);
  const { printed } = await benchd("record", "list");
  expect(printed.split("\n")).toEqual([
    expect.stringMatching(`^${id.slice(0, 8)} {2}night {2}recording {2}.*counter.counter$`),
    expect.stringMatching(/ {2}day {4}stopped {4}/),
  ]);
  expect(JSON.parse((await benchd("record", "list", "--json")).printed)).toMatchObject([{ id }, { name: "day" }]);

  expect((await benchd("record", "save", id.slice(0, 8), "--out", at("night.csv"))).status).toBe(0);
  const again = await benchd("record", "save", "night", "--out", at("night.csv"));
  expect([again.status, again.told]).toEqual([64, expect.stringContaining("is there already")]);
  expect((await readFile(at("night.csv"), "utf8")).length).toBeGreaterThan(100);

  for (const which of ["night", id, id.slice(0, 5)])
    expect((await benchd("export", "recording", which, "--out", at("night.csv"), "--force")).status).toBe(0);
  const missed = await benchd("export", "recording", "nihgt");
  expect([missed.status, missed.told]).toEqual([64, expect.stringContaining('there is no recording "nihgt"')]);

  expect((await benchd("record", "remove", "night")).status).toBe(1);
  expect((await benchd("record", "remove", "day")).printed).toMatch(/^day \(.*\) is removed\.$/);
  const none = await benchd("record", "stop", "nihgt");
  expect([none.status, none.told]).toEqual([64, expect.stringContaining('there is no recording "nihgt"')]);
  expect(await readdir(folder)).toEqual(["night.csv"]);
});

test.each([
  [[], "what to record, such as ph.ph, is missing"],
  [["counter"], '"counter" is no THING.PROPERTY'],
  [["counter.counter", "--every", "soon"], "--every: "],
  [["counter.counter", "--every", "1ms"], '--every takes 10 ms to 1 d, not "1ms"'],
  [["counter.counter", "--every", "2 d"], '--every takes 10 ms to 1 d, not "2 d"'],
  [["counter.counter", "--every", "1s", "--on-change"], "not both"],
  [["counter.counter", "--name", "a/b"], "--name takes letters"],
])("benchd record %j is refused", async (args, why) => {
  const shell = testShell();
  const status = await run(["record", ...args, "--url", "http://127.0.0.1:1"], shell);
  expect([status, shell.told.join()]).toEqual([64, expect.stringContaining(why)]);
});

test("a file that is there is not written over, and nothing is begun for it", async () => {
  const { gateway, benchd } = await serve();
  await writeFile(at("a.csv"), "mine");
  const { status, told } = await benchd("record", "counter.counter", "--for", "30ms", "--out", at("a.csv"));
  expect([status, told]).toEqual([64, expect.stringContaining("is there already")]);
  expect(await readFile(at("a.csv"), "utf8")).toBe("mine");
  expect(gateway.experiments.recordings.list()).toEqual([]);
});

test("runs are listed, shown, paused, resumed and cancelled", async () => {
  const { gateway, benchd } = await serve();
  const { runs } = gateway.experiments;
  const one = runs.start({ procedure: procedure([{ wait: "1 h" }, { wait: "1 s" }]), requestedBy: "ada" });
  await expect.poll(() => runs.find(one.id)?.state).toBe("running");
  const id = one.id.slice(0, 8);
  expect((await benchd("runs")).printed).toMatch(new RegExp(`^${id} {2}running {2}\\S+Z {2}.* {2}line \\d+: `));
  expect((await benchd("runs", "pause", id)).printed).toMatch(/is paus(ing|ed)\.$/);
  const { printed } = await benchd("runs", "show", id);
  expect(printed).toMatch(new RegExp(`id +${one.id}\nthings +none\nbegun .* by ada\n`));
  expect((await benchd("runs", "resume", one.id)).printed).toMatch(/is running\.$/);
  expect((await benchd("runs", "cancel", id)).status).toBe(0);
  await one.over;
  expect(JSON.parse((await benchd("runs", "list", "--json")).printed)).toMatchObject([
    { id: one.id, state: "cancelled" },
  ]);
  const over = await benchd("runs", "pause", id);
  expect([over.status, over.told]).toEqual([1, expect.stringContaining("it can no more be paused")]);
  expect((await benchd("runs", "end", id)).status).toBe(64);
});

test("schedules are listed, paused and resumed", async () => {
  const { benchd } = await serve(
    'schedules: { rinse: { every: 2 h, invoke: counter.noop }, odd: { cron: "0 3 * * *", timeZone: UTC, invoke: other.noop } }',
  );
  const { printed } = await benchd("schedules");
  expect(printed).toMatch(/^rinse {2}in (2 h|1 h 59 min) +every 2 h +counter\.noop$/m);
  expect(printed).toMatch(/^odd {4}.* cron 0 3 \* \* \* UTC {2}other\.noop$/m);
  expect((await benchd("schedules", "pause", "rinse")).printed).toMatch(/^rinse: paused by /);
  expect(JSON.parse((await benchd("schedules", "--json")).printed)).toMatchObject({ rinse: { paused: true } });
  expect((await benchd("schedules", "resume", "rinse")).printed).toMatch(/^rinse: in /);
  const none = await benchd("schedules", "pause", "rinze");
  expect([none.status, none.told]).toEqual([64, expect.stringContaining('did you mean "rinse"')]);
});

test("calibrations are told with their worth and their end, and one that is missing is the exit status", async () => {
  const { gateway, benchd } = await serve();
  const missing = await benchd("calibrations");
  expect([missing.status, missing.printed]).toEqual([
    1,
    expect.stringMatching(/^counter {2}none .*was never calibrated$/),
  ]);
  const fit = { slope: { value: 98.5, unit: "%" } };
  await gateway.experiments.calibrations.record("counter", { result: { points: [], fit, note: "by hand" } }, "ada");
  const { status, printed } = await benchd("calibrations", "counter");
  expect(printed).toMatch(/^counter: (valid|unknown).*\n\* {2}\S+Z {2}ada {2}slope 98\.5 % {2}.*by hand/);
  expect(status).toBe(0);
  expect(JSON.parse((await benchd("calibrations", "--json")).printed)).toMatchObject({ counter: { current: { fit } } });
  expect((await benchd("calibrations", "conuter")).status).toBe(64);
});

import { mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { SqliteJournal } from "../../src/journal/sqlite-journal.ts";
import { killed, openJournal, temporaryFolder } from "./fixture.ts";

const day = 24 * 60 * 60 * 1000;

it("ended invocations are listed for their retention time; the history keeps them", async () => {
  const { journal, clock, run } = openJournal();
  const [short, long] = [await run(1, { retentionMs: 500 }), await run(2, { retentionMs: 1000 })];
  await clock.advance(499);
  expect(await journal.list({}, "listed")).toHaveLength(2);
  await clock.advance(1);
  expect(await journal.find(short.id, "listed")).toBeUndefined();
  expect(await journal.list({}, "listed")).toHaveLength(1);
  await clock.advance(500);
  expect(await journal.list({}, "listed")).toEqual([]);
  expect((await journal.list({}, "history")).map(({ id }) => id)).toEqual([short.id, long.id]);
  expect(await journal.find(short.id, "history")).toMatchObject({ output: 1 });
});

it("what ends while a long history is read is not left out", async () => {
  const { journal, run, start, end } = openJournal(join(temporaryFolder(), "history.db"));
  await Promise.all(Array.from({ length: 4500 }, () => run()));
  const running = start({ action: "weigh" });
  const reading = journal.list({ action: "weigh" }, "history");
  await end(running, { status: "completed" });
  const next = await run(undefined, { action: "weigh" });
  expect((await reading).map(({ id }) => id)).toEqual([running.id, next.id]);
  expect((await journal.list({ action: "weigh" }, "listed")).map(({ id }) => id)).toEqual([running.id, next.id]);
});

it("beyond the number that is kept the oldest go, and what has not ended stays", async () => {
  const { journal, run, start, end } = openJournal(undefined, { count: 100 });
  const running = start();
  let last = running;
  for (let n = 0; n < 250; n++) last = await run(n);
  const kept = await journal.list({}, "history");
  expect([kept.length > 90, kept.length <= 100, kept.at(-1)?.id]).toEqual([true, true, last.id]);
  await end(running, { status: "completed" });
  expect(await journal.find(running.id, "history")).toBeDefined();
});

it("another number holds with what is written next; more lets nothing go, and none told is the usual", async () => {
  const { journal, run } = openJournal(join(temporaryFolder(), "history.db"), { count: 60 });
  const kept = async () => (await journal.list({}, "history")).length;
  for (let n = 0; n < 50; n++) await run(n);
  journal.keepWithin({ count: 20 });
  expect(await kept()).toBe(50);
  await run();
  expect(await kept()).toBeLessThanOrEqual(20);
  journal.keepWithin(undefined);
  for (let n = 0; n < 70; n++) await run(n);
  expect(await kept()).toBeGreaterThanOrEqual(70);
});

it("large invocations are bounded by what they take, not by their number", async () => {
  const file = join(temporaryFolder(), "history.db");
  const { journal, run } = openJournal(file, { bytes: 2 ** 20 });
  for (let n = 0; n < 300; n++) await run("x".repeat(20_000));
  expect((await journal.list({}, "history")).length).toBeLessThan(60);
  await journal.close();
  expect(statSync(file).size).toBeLessThan(8 * 2 ** 20);
});

it("what is told again and again, each time in place of what was told before, counts once", async () => {
  const file = join(temporaryFolder(), "history.db");
  const { clock, start, end } = openJournal(file);
  const dose = start();
  for (let n = 1; n <= 500; n++) {
    dose.deliver(dose, "pump", { unit: "mL", requested: 500, confirmed: n });
    // Of which the latest 200 are kept.
    for (const action of ["infuse", "read"]) dose.step("pump", action).end("completed");
    await clock.advance(1000);
  }
  await end(dose, { status: "completed" });
  const database = new Sqlite(killed(file), { readonly: true });
  const number = (sql: string) => Number(database.prepare(sql).pluck().get());
  const steps = number("SELECT total(length(body)) FROM steps");
  const others = number("SELECT bytes FROM invocations") - steps;
  database.close();
  expect(steps).toBeGreaterThan(200 * 100);
  expect([others > 200, others < 1000]).toEqual([true, true]);
});

describe("what is older than the history", () => {
  /** 250 whose clock was right and one whose was not, in a file; then a start with the wall clock so many days on. */
  async function aged(days: number, clockTrusted: boolean) {
    const file = join(temporaryFolder(), "history.db");
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const before = openJournal(file);
    const unknown = await before.run("when?", { clockTrusted: false });
    for (let n = 0; n < 250; n++) await before.run(n, { clockTrusted: true });
    await before.journal.close();
    vi.setSystemTime(Date.now() + days * day);
    const { journal, clock } = openJournal(file, { days: 2 }, undefined, () => clockTrusted);
    const pass = (ms: number) => {
      vi.setSystemTime(Date.now() + ms);
      return clock.advance(ms);
    };
    return { journal, clock, unknown, pass };
  }
  const hour = day / 24;

  it("goes, a little at a time; whose age nobody knows stays", async () => {
    const { journal, unknown, pass } = await aged(1, true);
    await pass(day - hour);
    expect(await journal.list({}, "history")).toHaveLength(251);
    await pass(2 * hour + 5000);
    expect((await journal.list({}, "history")).map(({ id }) => id)).toEqual([unknown.id]);
  });

  it("leaves its numbers behind: none is given twice, also when nothing is left", async () => {
    const file = join(temporaryFolder(), "history.db");
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const { journal, clock, run } = openJournal(file, { days: 2 }, undefined, () => true);
    const last = await run(undefined, { clockTrusted: true });
    vi.setSystemTime(Date.now() + 3 * day);
    await clock.advance(3 * day);
    expect(await journal.list({}, "history")).toEqual([]);
    await journal.close();
    expect(openJournal(file).journal.nextSeq()).toBe(last.seq + 1);
  });

  it("stays while the wall clock is not known to be right: 10 years ahead nothing is lost by it (F33)", async () => {
    const { journal, pass } = await aged(3650, false);
    await pass(day);
    expect(await journal.list({}, "history")).toHaveLength(251);
  });

  it("is not told by a wall clock that jumps by 10 years while it runs (F33)", async () => {
    const { journal, clock } = await aged(1, true);
    vi.setSystemTime(Date.now() + 3650 * day);
    await clock.advance(day - hour);
    expect(await journal.list({}, "history")).toHaveLength(251);
  });
});

it("pages come by number, filters in any combination, the newest first to be kept", async () => {
  const { journal, clock, run, start, end } = openJournal();
  for (let n = 0; n < 5; n++) await run(n, { thing: n % 2 ? "pump" : "balance", requestedBy: n < 3 ? "ada" : "grace" });
  await clock.advance(10);
  await end(start({ thing: "pump" }), { status: "error", error: new Error("boom") });
  const outputs = async (filter: Parameters<SqliteJournal["list"]>[0]) =>
    (await journal.list(filter, "history")).map(({ output }) => output);
  expect(await outputs({ limit: 2 })).toEqual([4, undefined]);
  expect(await outputs({ limit: 2, before: 5 })).toEqual([2, 3]);
  expect(await outputs({ thing: "balance" })).toEqual([0, 2, 4]);
  expect(await outputs({ thing: "pump", status: "completed" })).toEqual([1, 3]);
  expect(await outputs({ requestedBy: "grace", thing: "balance" })).toEqual([4]);
  expect(await outputs({ until: 0 })).toEqual([]);
  expect(await outputs({ since: Date.now() + day })).toEqual([]);
});

it("a rare one is found among thousands, and others have their turn meanwhile", async () => {
  const { journal, start, end, run } = openJournal(undefined, { count: 10_000 });
  const rare = await run("rare", { action: "weigh" });
  const all = Array.from({ length: 6000 }, () => start());
  await Promise.all(all.map((one) => end(one, { status: "completed" })));
  let turns = 0;
  const count = () => {
    turns++;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  const found = await journal.list({ action: "weigh" }, "history");
  clearImmediate(timer);
  expect([found.map(({ id }) => id), turns >= 2]).toEqual([[rare.id], true]);
});

it("the write-ahead log is moved into the file again and again, by another thread, and nothing is lost", async () => {
  const file = join(temporaryFolder(), "history.db");
  const { journal, run, logged } = openJournal(file);
  let count = 0;
  const more = async () => {
    count++;
    await run("x".repeat(50_000));
    return statSync(`${file}-wal`).size;
  };
  for (const _ of [1, 2]) {
    let largest = 0;
    while (largest < 6 * 2 ** 20) largest = await more();
    // The other thread takes its time.
    await expect.poll(more).toBeLessThan(largest);
  }
  const after = openJournal(killed(file));
  expect(await after.journal.list({}, "history")).toHaveLength(count);
  await journal.close();
  expect(await openJournal(file).journal.list({}, "history")).toHaveLength(count);
  expect(logged).toEqual([]);
});

it("a log that cannot be moved is not tried again with each commit, but when as much again has come", async () => {
  const file = join(temporaryFolder(), "history.db");
  const { journal, run, logged } = openJournal(file);
  await run();
  renameSync(file, `${file}.gone`);
  // Without anything in its place a new history would be begun.
  mkdirSync(file);
  for (let n = 0; n < 90; n++) await run("x".repeat(50_000));
  await expect.poll(() => logged.length, { timeout: 20_000 }).toBeGreaterThan(0);
  await run("little");
  // This waits for what is under way, and tries once more by itself.
  await journal.close();
  const told = expect.stringMatching(/^warning the history's log could not be moved/);
  expect(logged).toEqual([told, told]);
});

it("a journal that is closed leaves no timer behind, and says nothing more", async () => {
  const { journal, clock, start, run } = openJournal();
  const { id } = await run("kept");
  const running = start();
  running.report({ done: 1, of: 2 });
  await journal.close();
  expect(clock.nextDue()).toBeUndefined();
  expect((await journal.find(id, "listed"))?.output).toBe("kept");
  running.report({ done: 2, of: 2 });
  await clock.advance(5000);
  expect(clock.nextDue()).toBeUndefined();
});

it("what is written in a day is within its budget: nothing while nothing is asked for, 6 KiB for a quick action (F39)", async () => {
  const file = join(temporaryFolder(), "history.db");
  const { clock, run } = openJournal(file);
  const written = () => statSync(`${file}-wal`).size;
  for (let n = 0; n < 10; n++) await run();
  const before = written();
  await clock.advance(day);
  expect(written()).toBe(before);
  for (let n = 0; n < 100; n++) await run();
  expect((written() - before) / 100 / 1024).toBeLessThan(6);
});

it("a day of floods leaves the file within its bounds (F39)", async () => {
  const file = join(temporaryFolder(), "history.db");
  const { journal, clock, start, end } = openJournal(file, { count: 500, bytes: 2 ** 20 });
  for (let hour = 0; hour < 24; hour++) {
    const talker = start();
    for (let n = 0; n < 1500; n++) talker.write("info", "pump", `line ${n} ${"x".repeat(100)}`);
    for (let n = 0; n < 5000; n++) talker.report({ done: n, of: 5000 });
    const all = Array.from({ length: 60 }, () => start({ input: { text: "x".repeat(2000) } }));
    await Promise.all(all.map((one) => end(one, { status: "completed", output: "y".repeat(2000) })));
    await clock.advance(60 * 60 * 1000);
    await end(talker, { status: "completed" });
  }
  const kept = await journal.list({}, "history");
  expect(kept.length).toBeLessThanOrEqual(500);
  const bytes = kept.reduce((sum, { input, output }) => sum + JSON.stringify([input, output]).length, 0);
  expect(bytes).toBeLessThan(2 ** 20);
  await journal.close();
  expect(statSync(file).size).toBeLessThan(4 * 2 ** 20);
});

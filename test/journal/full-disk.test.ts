import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { expect, it, onTestFinished } from "vitest";
import { StorageError } from "../../src/errors.ts";
import { type Database, openDatabase } from "../../src/journal/database.ts";
import { StoredSettings } from "../../src/journal/stored-settings.ts";
import { killed, openJournal, openOnSmallDisk, temporaryFolder } from "./fixture.ts";

const large = { text: "x".repeat(50_000) };

it("on a full disk nothing new is started, what runs goes on to its end, and it recovers by itself (F37)", async () => {
  const { journal, clock, logged, file, start, end, run, fill, free } = openOnSmallDisk();
  const running = start();
  fill();
  const lost = await run(large);
  expect(lost.status).toBe("completed");
  expect(lost.log.entries().map(({ message }) => message)).toEqual([expect.stringContaining("could not be recorded")]);
  expect(() => journal.assertTakes()).toThrow(StorageError);
  expect(journal.failure?.message).toContain("full");
  await end(running, { status: "cancelled", reason: "stopped" });
  expect((await journal.list({}, "listed")).map(({ status }) => status)).toEqual(["cancelled", "completed"]);
  free();
  await clock.advance(2000);
  expect(() => journal.assertTakes()).not.toThrow();
  const after = openJournal(killed(file)).journal;
  expect((await after.list({}, "listed")).map(({ id }) => id)).toEqual([running.id, lost.id]);
  expect(logged.map((line) => line.split(":")[0])).toEqual([
    "error the history cannot be written",
    "info the history can be written again",
  ]);
});

it("whether something new begins meanwhile is what was said last", async () => {
  const { journal, run, fill, logged } = openOnSmallDisk();
  await run();
  journal.keepWithin({ whenFull: "run" });
  fill();
  await run(large);
  expect(() => journal.assertTakes()).not.toThrow();
  expect(logged).toEqual([expect.stringContaining("what is started now may be lost")]);
  journal.keepWithin({});
  expect(() => journal.assertTakes()).toThrow(StorageError);
});

it("what is looked for meanwhile, and found to be nothing to write, does not end the outage", async () => {
  const { journal, clock, file, run, fill, free } = openOnSmallDisk();
  await run();
  fill();
  const { id } = await run(large);
  await journal.reconcile("nobody", "pump", [{ unit: "mL", requested: 1, confirmed: 1 }]);
  expect(() => journal.assertTakes()).toThrow(StorageError);
  // Also what is looked for once an hour.
  await clock.advance(3_600_001);
  expect(() => journal.assertTakes()).toThrow(StorageError);
  free();
  await clock.advance(2000);
  expect(await openJournal(killed(file)).journal.find(id, "history")).toBeDefined();
});

it("while nothing can be written, what waits is not tried as a whole each time that something happens", async () => {
  let full = false;
  let tried = 0;
  const connect = (name: string) => {
    const database = openDatabase(name);
    const prepare = database.prepare.bind(database);
    const watched = (text: string) => {
      const statement = prepare(text);
      const run = statement.run.bind(statement);
      const writes = /^(COMMIT|INSERT OR REPLACE INTO meta)/.test(text);
      return Object.assign(statement, {
        run(...values: unknown[]) {
          if (text.startsWith("INSERT INTO invocations")) tried++;
          if (full && writes) throw new Sqlite.SqliteError("database or disk is full", "SQLITE_FULL");
          return run(...values);
        },
      });
    };
    return Object.assign(database, { prepare: watched as typeof database.prepare });
  };
  const { run, journal, clock } = openJournal(join(temporaryFolder(), "history.db"), { whenFull: "run" }, connect);
  await run();
  expect(tried).toBe(1);
  full = true;
  for (let n = 0; n < 50; n++) await run();
  expect(tried).toBeLessThan(5);
  full = false;
  await clock.advance(2000);
  expect([tried < 60, await journal.list({}, "history")]).toEqual([true, expect.objectContaining({ length: 51 })]);
});

it("what no row can be like is told, and keeps nothing else from being written", async () => {
  const file = join(temporaryFolder(), "history.db");
  const { journal, logged, run, start, end } = openJournal(file);
  // As from a client that is gone before anybody has asked who it was.
  const nobodys = start({ requestedBy: JSON.parse("null") });
  const before = await run();
  await end(nobodys, { status: "completed" });
  await expect(journal.synced(nobodys)).rejects.toThrow(StorageError);
  const after = await run();
  await journal.synced(after);
  expect([journal.failure, (await journal.find(nobodys.id, "listed"))?.status]).toEqual([undefined, "completed"]);
  expect(logged).toEqual([expect.stringMatching(/^error pump\/dispense \(\S+\) cannot be recorded.*requested_by/)]);
  const kept = await openJournal(killed(file)).journal.list({}, "history");
  expect(kept.map(({ id }) => id)).toEqual([before.id, after.id]);
});

it("whoever would rather run without a record may", async () => {
  const { journal, run, fill } = openOnSmallDisk("run");
  fill();
  await run(large);
  expect(journal.failure).toBeDefined();
  expect(() => journal.assertTakes()).not.toThrow();
});

it("what cannot be written is bounded, and the latest of it stays", async () => {
  const { journal, run, fill } = openOnSmallDisk("run");
  fill();
  await run(large);
  const all = [];
  for (let n = 0; n < 1100; n++) all.push(await run());
  const kept = await journal.list({}, "listed");
  expect([kept.length <= 1001, kept.at(-1)?.id]).toEqual([true, all.at(-1)?.id]);
});

it("a setting that cannot be written is told to its writer, and written when there is room", async () => {
  const { journal, clock, file, fill, free } = openOnSmallDisk();
  const settings = new StoredSettings(journal);
  fill();
  await expect(settings.write("pump", "calibration", large)).rejects.toThrow(StorageError);
  expect(settings.read("pump")).toEqual({ calibration: large });
  free();
  await clock.advance(2000);
  expect(new StoredSettings(openJournal(killed(file)).journal).read("pump")).toEqual({ calibration: large });
});

it("while another process writes to the file, commits wait and the main thread does not", async () => {
  const file = join(temporaryFolder(), "history.db");
  const { journal, clock, run } = openJournal(file);
  const other = new Sqlite(file);
  onTestFinished(() => void other.close());
  other.exec("BEGIN IMMEDIATE");
  const before = performance.now();
  const { id } = await run();
  expect(performance.now() - before).toBeLessThan(2000);
  expect(journal.failure?.message).toContain("locked");
  other.exec("ROLLBACK");
  await clock.advance(50);
  expect(journal.failure).toBeUndefined();
  expect(await openJournal(killed(file)).journal.find(id, "listed")).toBeDefined();
});

it("a folder that appears later is used from then on, with numbers beyond all earlier ones", async () => {
  const file = join(temporaryFolder(), "history.db");
  const full = () => {
    throw new Sqlite.SqliteError("unable to open database file", "SQLITE_READONLY");
  };
  let connect: (name: string) => Database = full;
  const { journal, clock, run } = openJournal(file, {}, (name) => connect(name));
  expect(() => journal.assertTakes()).toThrow("unable to open");
  const early = await run("early");
  connect = openDatabase;
  await clock.advance(2000);
  const { id, seq } = await run("late");
  expect(seq).toBe(early.seq + 1);
  const found = await openJournal(killed(file)).journal.list({}, "listed");
  expect(found.map((one) => one.id)).toEqual([early.id, id]);
});

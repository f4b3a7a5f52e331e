import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Sqlite from "better-sqlite3";
import { expect, it } from "vitest";
import { StorageError } from "../../src/errors.ts";
import { openDatabase } from "../../src/journal/database.ts";
import { setAside } from "../../src/journal/set-aside.ts";
import { StoredSettings } from "../../src/journal/stored-settings.ts";
import { killed, openJournal, temporaryFolder } from "./fixture.ts";

/** A file with some history in it, closed as a clean stop leaves it. */
async function fileWithHistory(): Promise<string> {
  const file = join(temporaryFolder(), "history.db");
  const { journal, run } = openJournal(file);
  for (let n = 0; n < 200; n++) await run({ n, text: "x".repeat(500) });
  await journal.close();
  return file;
}

/** Opens it, sees that a new history has begun and is told, and returns the name of what was set aside. */
async function openedAnew(file: string): Promise<string> {
  const { journal, logged, run } = openJournal(file);
  expect(await journal.list({}, "history")).toEqual([]);
  expect(journal.failure).toBeUndefined();
  const { id } = await run("new");
  expect(await openJournal(killed(file)).journal.find(id, "history")).toMatchObject({ output: "new" });
  const aside = readdirSync(dirname(file)).filter(
    (name) => /^history\.db\.\w+-\d{4}-/.test(name) && !/-(wal|shm)$/.test(name),
  );
  expect(aside).toHaveLength(1);
  expect(logged.join()).toContain(aside[0]);
  return join(dirname(file), aside[0] ?? "");
}

it("a file that is no database is set aside, never deleted (F38)", async () => {
  const file = join(temporaryFolder(), "history.db");
  writeFileSync(file, "x".repeat(8192));
  const aside = await openedAnew(file);
  expect(aside).toContain("damaged");
  expect(readFileSync(aside, "utf8")).toBe("x".repeat(8192));
});

it("what belongs to a file is set aside with it, so that nobody takes it for the new one's (F38)", () => {
  const folder = temporaryFolder();
  const suffixes = ["", "-shm", "-wal"];
  for (const suffix of suffixes) writeFileSync(join(folder, `history.db${suffix}`), "");
  const name = setAside(join(folder, "history.db"), "damaged");
  expect(readdirSync(folder).map((one) => join(folder, one))).toEqual(suffixes.map((suffix) => name + suffix));
});

it("a truncated file is set aside (F38)", async () => {
  const file = await fileWithHistory();
  truncateSync(file, 20_000);
  expect(await openedAnew(file)).toContain("damaged");
});

it("a file with a page of rubbish in it is set aside (F38)", async () => {
  const file = await fileWithHistory();
  const bytes = readFileSync(file);
  bytes.fill(0xa5, 3 * 4096, 5 * 4096);
  writeFileSync(file, bytes);
  expect(await openedAnew(file)).toContain("damaged");
});

it("a file whose damage is where nobody looks at the start is set aside before it is used (F38)", async () => {
  const file = await fileWithHistory();
  const bytes = readFileSync(file);
  const pageSize = 1024;
  // The body of an input: it is read when somebody asks for that invocation.
  const page = Math.floor(bytes.indexOf("x".repeat(400)) / pageSize);
  bytes.fill(0xa5, page * pageSize, page * pageSize + 100);
  writeFileSync(file, bytes);
  expect(await openedAnew(file)).toContain("damaged");
});

it("a write-ahead log that was cut off is read as far as it goes (F38)", async () => {
  const file = join(temporaryFolder(), "history.db");
  const { run } = openJournal(file);
  const early = await run("early");
  for (let n = 0; n < 20; n++) await run(n);
  const copy = killed(file);
  truncateSync(`${copy}-wal`, Math.floor(readFileSync(`${copy}-wal`).length * 0.7));
  const { journal, logged } = openJournal(copy);
  const left = await journal.list({}, "history");
  expect(left[0]?.id).toBe(early.id);
  expect([left.length > 1, left.length < 21, logged]).toEqual([true, true, []]);
});

it("a history of a newer benchd that we may not read is set aside, and one that we may is used (F38)", async () => {
  const file = await fileWithHistory();
  const newer = new Sqlite(file);
  const tables = newer.prepare<unknown[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  for (const table of tables) newer.exec(`ALTER TABLE ${table} ADD COLUMN mood TEXT DEFAULT 'good'`);
  newer.exec("CREATE TABLE moods (mood TEXT)");
  newer.pragma("user_version = 99");
  newer.close();
  const { journal, run, start, end } = openJournal(file);
  expect(await journal.list({}, "history")).toHaveLength(200);
  const { id } = await run("both");
  expect(await journal.find(id, "history")).toMatchObject({ output: "both" });
  expect(journal.failure).toBeUndefined();
  const dose = start();
  dose.write("info", "pump", "a line");
  dose.step("pump", "infuse");
  dose.deliver({}, "pump", { unit: "mL", requested: 5, confirmed: 5 });
  await end(dose, { status: "completed" });
  await journal.keepSetting("pump", "diameter", "26.59");
  await journal.keys.keepKey({ id: "key", body: "body", seq: dose.seq });
  await journal.reconcile(dose.id, "pump", [{ unit: "mL", requested: 5, confirmed: 5 }]);
  expect(journal.failure).toBeUndefined();
  await journal.close();
  const newest = new Sqlite(file);
  newest.exec("UPDATE meta SET value = 98 WHERE key = 'min_reader'");
  newest.close();
  expect(await openedAnew(file)).toContain("newer");
});

it("a text in it that has been damaged costs that text, and nothing else (F38)", async () => {
  const file = join(temporaryFolder(), "history.db");
  const { journal, start, end } = openJournal(file);
  const dose = start({ input: { mL: 5 } });
  dose.write("error", "pump", "the first line", new Error("it broke"));
  dose.step("pump", "infuse");
  dose.step("pump", "stop");
  dose.used([{ thing: "pump", driver: "syringe-pump", benchd: "1", configuration: "a" }]);
  dose.deliver({}, "pump", { unit: "mL", requested: 5, confirmed: 5 });
  await end(dose, { status: "error", error: new Error("it broke") });
  await journal.keepSetting("pump", "diameter", "26.59");
  await journal.keepSetting("pump", "volume", "60");
  await journal.close();
  const other = new Sqlite(file);
  other.exec(`UPDATE parts SET body = 'x' || body; UPDATE log SET error = 'x' || error;
    UPDATE steps SET body = 'x' || body WHERE n = 0; UPDATE provenance SET body = 'x' || body;
    UPDATE invocations SET error = 'x' || error; UPDATE settings SET value = 'x' || value WHERE property = 'volume'`);
  other.close();
  const after = openJournal(file);
  const found = await after.journal.lastDelivery("pump");
  expect(found).toMatchObject({
    id: dose.id,
    status: "error",
    input: null,
    delivery: [],
    lastCalls: [],
    provenance: [],
  });
  expect(found?.omitted).toEqual(["input"]);
  expect(found?.error?.message).toContain("it broke");
  expect(found?.log.entries()).toMatchObject([{ message: "the first line" }]);
  expect(found?.steps.map(({ action }) => action)).toEqual(["stop"]);
  expect(new StoredSettings(after.journal, after.log).read("pump")).toEqual({ diameter: 26.59 });
  expect(after.logged).toEqual([expect.stringMatching(/^error the setting volume of pump .* damaged/)]);
});

it("a history that cannot be read any more keeps no device from being opened, and is told as such (F38)", async () => {
  let broken = false;
  const connect = (name: string) => {
    const database = openDatabase(name);
    const prepare = database.prepare.bind(database);
    const failing = (text: string) => {
      const statement = prepare(text);
      const check = () => {
        if (broken) throw new Sqlite.SqliteError("database disk image is malformed", "SQLITE_CORRUPT");
      };
      for (const method of ["get", "all"] as const) {
        const read = statement[method].bind(statement);
        Object.assign(statement, {
          [method](...values: unknown[]) {
            check();
            return read(...values);
          },
        });
      }
      return statement;
    };
    return Object.assign(database, { prepare: failing as typeof database.prepare });
  };
  const { journal, logged, run } = openJournal(join(temporaryFolder(), "history.db"), {}, connect);
  await run();
  broken = true;
  expect(await journal.lastDelivery("pump")).toBeUndefined();
  expect(logged).toEqual([expect.stringMatching(/^error what pump has delivered last cannot be read/)]);
  await expect(journal.find("nobody", "history")).rejects.toThrow(StorageError);
  await expect(journal.list({}, "history")).rejects.toThrow(StorageError);
});

it("somebody else's database is set aside", async () => {
  const file = join(temporaryFolder(), "history.db");
  const theirs = new Sqlite(file);
  theirs.exec("CREATE TABLE invocations (title TEXT)");
  theirs.close();
  expect(await openedAnew(file)).toContain("foreign");
});

it("what cannot be opened at all is set aside", async () => {
  const file = join(temporaryFolder(), "history.db");
  mkdirSync(file);
  expect(await openedAnew(file)).toContain("unreadable");
});

it.each([
  ["with its log", ["", "-wal", "-shm"]],
  ["alone, as by `rm history.db`", [""]],
])("a file that is removed %s while it is written to is begun anew, with what goes on (F38)", async (_, suffixes) => {
  const file = join(temporaryFolder(), "history.db");
  const { journal, logged, start, end, run } = openJournal(file);
  await run("lost");
  const running = start({ input: { mL: 5 } });
  running.write("info", "pump", "the first line");
  await run("lost as well");
  for (const suffix of suffixes) rmSync(file + suffix, { force: true });
  const { id } = await run("new");
  await end(running, { status: "completed" });
  expect(journal.failure).toBeUndefined();
  expect(logged).toEqual([expect.stringMatching(/^error the history's file has been removed/)]);
  const after = openJournal(killed(file)).journal;
  expect((await after.list({}, "history")).map((one) => one.id)).toEqual([running.id, id]);
  const found = await after.find(running.id, "history");
  expect(found).toMatchObject({ input: { mL: 5 }, status: "completed" });
  expect(found?.log.entries().map(({ message }) => message)).toEqual(["the first line"]);
});

it("a folder that is removed keeps nothing from ending in order (F38)", async () => {
  const folder = temporaryFolder();
  const { journal, clock, logged, run } = openJournal(join(folder, "history.db"));
  await run();
  rmSync(folder, { recursive: true });
  await expect(journal.close()).resolves.toBeUndefined();
  const told = [/^warning the history's log could not be moved/, /^error the history's file has been removed/];
  for (const line of told) expect(logged).toContainEqual(expect.stringMatching(line));

  const second = openJournal(join(folder, "again", "history.db"));
  expect(() => second.journal.assertTakes()).toThrow(/directory does not exist/);
  await clock.advance(1);
  await expect(second.journal.close()).resolves.toBeUndefined();
});

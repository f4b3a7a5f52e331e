import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { openDatabase } from "../../src/journal/database.ts";
import { StoredSettings } from "../../src/journal/stored-settings.ts";
import { killed, openJournal, temporaryFolder } from "./fixture.ts";

/** A journal that looks at its file again, instead of remembering it, and whose file can be spoilt below it. */
async function openSpoilt() {
  const file = join(temporaryFolder(), "history.db");
  const before = openJournal(file);
  for (let n = 0; n < 200; n++) await before.run({ n, text: "x".repeat(500) });
  await new StoredSettings(before.journal).write("pump", "calibration", 1.02);
  await before.journal.close();
  const connect = (name: string) => {
    const database = openDatabase(name);
    database.pragma("cache_size = 5");
    return database;
  };
  const opened = openJournal(file, {}, connect);
  const spoil = () => {
    const bytes = readFileSync(file);
    // All but the first page, by which it is known for a database.
    writeFileSync(file, bytes.fill(0xa5, 1024));
  };
  return { file, ...opened, settings: new StoredSettings(opened.journal), spoil };
}

it("F38 damage that is found while it runs ends nothing: the file is set aside, and a new one has all that is still known", async () => {
  const { file, journal, clock, logged, start, end, run, settings, spoil } = await openSpoilt();
  const [running, done] = [start(), await run("done")];
  spoil();
  for (let n = 0; n < 50 && !journal.failure; n++) await run(n);
  expect(journal.failure?.message).toContain("malformed");
  const last = await run("while it is damaged");
  expect(last.status).toBe("completed");
  await clock.advance(2000);
  expect(journal.failure).toBeUndefined();
  await end(running, { status: "completed", output: "at last" });
  await settings.write("pump", "speed", 3);

  const aside = readdirSync(dirname(file)).filter((name) => /^history\.db\.damaged-.*Z$/.test(name));
  expect(aside).toHaveLength(1);
  expect(logged.map((line) => line.split(":")[0])).toEqual([
    "error the history cannot be written",
    "error the history cannot be used (it is damaged)",
    "info the history can be written again",
  ]);
  const after = openJournal(killed(file)).journal;
  expect(await after.find(running.id, "listed")).toMatchObject({ status: "completed", output: "at last" });
  expect(await after.find(last.id, "listed")).toMatchObject({ status: "completed" });
  // Written before, and nowhere else: it is in the file that was set aside.
  expect(await after.find(done.id, "listed")).toBeUndefined();
  expect(new StoredSettings(after).read("pump")).toEqual({ calibration: 1.02, speed: 3 });
});

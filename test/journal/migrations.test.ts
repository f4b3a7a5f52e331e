import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { expect, it } from "vitest";
import { schemaVersion } from "../../src/journal/migrations.ts";
import { StoredSettings } from "../../src/journal/stored-settings.ts";
import { openJournal, temporaryFolder } from "./fixture.ts";

const folder = fileURLToPath(new URL("../fixtures/journal", import.meta.url));

/** Tables and columns, whatever way they came about. */
function shapeOf(file: string): unknown {
  const database = new Sqlite(file, { readonly: true });
  const names = database
    .prepare<unknown[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .pluck();
  const shape = names.all().map((name) => [name, database.pragma(`table_info(${name})`)]);
  database.close();
  return shape;
}

it("there is a snapshot of every version of the schema", () => {
  const versions = Array.from({ length: schemaVersion }, (_, n) => `v${n + 1}.sql`);
  expect(readdirSync(folder)).toEqual(versions);
});

it.each(readdirSync(folder))("a history as %s had it is brought up to date, with all that is in it", async (name) => {
  const file = join(temporaryFolder(), "history.db");
  const old = new Sqlite(file);
  old.exec(readFileSync(join(folder, name), "utf8"));
  old.close();
  const { journal, logged } = openJournal(file);
  const [dose, hung, queued] = await journal.list({}, "history");
  expect(dose).toMatchObject({
    thing: "pump",
    status: "completed",
    input: { mL: 5 },
    output: { done: true },
    ranMs: 250,
  });
  expect(dose?.delivery).toEqual([{ thing: "pump", unit: "mL", requested: 5, confirmed: 5, uncertain: 0 }]);
  expect(dose?.log.entries().map(({ message }) => message)).toEqual(["the first line", "the second"]);
  expect(dose?.steps.map(({ action, status }) => [action, status])).toEqual([["infuse", "completed"]]);
  expect(dose?.provenance.map(({ driver, firmware }) => [driver, firmware])).toEqual([["syringe-pump", "3.928"]]);
  expect([hung?.status, hung?.outcome, queued?.status, queued?.reason]).toEqual([
    "error",
    "unknown",
    "cancelled",
    "restart",
  ]);
  expect(new StoredSettings(journal).read("pump")).toEqual({ diameter: 26.59 });
  const noted = name < "v3" ? [] : ["lease.taken", "gateway.started"];
  expect(journal.audit.page({ limit: 10 }).map(({ what }) => what)).toEqual(noted);
  const from = name < "v4" ? undefined : "10.0.0.7";
  expect([dose?.requestedFrom, hung?.requestedFrom]).toEqual([from, undefined]);
  expect(journal.audit.page({ limit: 10 })[0]?.from).toEqual(from);
  const calibrated = name < "v5" ? [] : [["ada", "10.0.0.7", { diameter: { value: 26.72, unit: "mm" } }]];
  const calibrations = journal.calibrations.page("pump", 10);
  expect(calibrations.map(({ by, from, fit }) => [by, from, fit])).toEqual(calibrated);
  expect(logged).toEqual([expect.stringContaining("2 invocations")]);
  await journal.close();
  const fresh = join(temporaryFolder(), "history.db");
  await openJournal(fresh).journal.close();
  expect(shapeOf(file)).toEqual(shapeOf(fresh));
});

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { expect, test } from "vitest";
import type { Calibration } from "../../src/calibration.ts";
import { StorageError } from "../../src/errors.ts";
import { killed, openJournal, openOnSmallDisk, temporaryFolder } from "./fixture.ts";

const calibration = (thing: string, note: string): Calibration => ({
  ...{ id: randomUUID(), thing, at: 1_795_192_754_000, clockTrusted: true, by: "ada", note },
  points: [{ name: "mid", reference: { value: 7, unit: "[pH]" } }],
  fit: { acid: { value: 98.5, unit: "%" } },
});
const notes = (all: readonly Calibration[]) => all.map(({ note }) => note);

test("calibrations are there after a kill, the latest of each Thing among them", async () => {
  const file = join(temporaryFolder(), "history.db");
  const { journal } = openJournal(file);
  const first = calibration("ph", "first");
  for (const one of [first, calibration("pump", "pump"), calibration("ph", "second")])
    await journal.calibrations.keep(one);
  const again = openJournal(killed(file)).journal.calibrations;
  expect(notes(again.page("ph", 10))).toEqual(["second", "first"]);
  expect(again.page("ph", 10)[1]).toEqual(first);
  expect([...(again.latest(false)?.values() ?? [])].map(({ thing, note }) => [thing, note])).toEqual([
    ["pump", "pump"],
    ["ph", "second"],
  ]);
});

test("of one Thing the latest 200 are kept, and none of another is lost for them", async () => {
  const { journal } = openJournal();
  await journal.calibrations.keep(calibration("pump", "pump"));
  await Promise.all(Array.from({ length: 205 }, (_, n) => journal.calibrations.keep(calibration("ph", String(n)))));
  expect(notes(journal.calibrations.page("ph", 1000)).slice(-2)).toEqual(["6", "5"]);
  expect(journal.calibrations.page("ph", 1000)).toHaveLength(200);
  expect(journal.calibrations.page("pump", 10)).toHaveLength(1);
});

test("one that the disk does not take is told as not kept, counts all the same, and is written when there is room", async () => {
  const { journal, file, fill, free, clock } = openOnSmallDisk();
  const late = { ...calibration("ph", "late"), incomplete: "too long for what is left of a page".repeat(100) };
  fill();
  await expect(journal.calibrations.keep(late)).rejects.toBeInstanceOf(StorageError);
  expect(notes(journal.calibrations.page("ph", 10))).toEqual(["late"]);
  expect(journal.calibrations.latest(false)?.get("ph")?.note).toBe("late");
  free();
  await clock.advance(60_000);
  expect(notes(openJournal(killed(file)).journal.calibrations.page("ph", 10))).toEqual(["late"]);
});

test("what a twin was calibrated to never counts for the real device, nor the other way round", async () => {
  const file = join(temporaryFolder(), "history.db");
  const { journal } = openJournal(file);
  await journal.calibrations.keep(calibration("ph", "real"));
  await journal.calibrations.keep({ ...calibration("ph", "of a twin"), simulated: true });
  const latest = (simulated: boolean) => journal.calibrations.latest(simulated)?.get("ph")?.note;
  expect([latest(false), latest(true)]).toEqual(["real", "of a twin"]);
  // Also while they are not written yet.
  void journal.calibrations.keep(calibration("ph", "real again"));
  expect([latest(false), latest(true)]).toEqual(["real again", "of a twin"]);
});

test("what is damaged is left out, and nothing else with it", async () => {
  const file = join(temporaryFolder(), "history.db");
  const { journal } = openJournal(file);
  for (const thing of ["ph", "pump"]) await journal.calibrations.keep(calibration(thing, "sound"));
  await journal.calibrations.keep(calibration("ph", "damaged"));
  await journal.close();
  const database = new Sqlite(file);
  database.exec("UPDATE calibrations SET body = 'x' WHERE seq = 3");
  database.close();
  const { calibrations } = openJournal(file).journal;
  expect(notes([...(calibrations.latest(false)?.values() ?? [])])).toEqual(["sound", "sound"]);
  expect(notes(calibrations.page("ph", 10))).toEqual(["sound"]);
});

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { StoredSettings } from "../../src/journal/stored-settings.ts";
import { killed, openJournal, temporaryFolder } from "./fixture.ts";

test("settings are there for the next process, Thing by Thing", async () => {
  const file = join(temporaryFolder(), "history.db");
  const settings = new StoredSettings(openJournal(file).journal);
  expect(settings.read("pump")).toEqual({});
  await Promise.all([
    settings.write("pump", "rate", 5),
    settings.write("pump", "diameter", 26.59),
    settings.write("ph", "x", null),
  ]);
  await settings.write("pump", "rate", 6);
  const next = new StoredSettings(openJournal(killed(file)).journal);
  expect([next.read("pump"), next.read("ph"), next.read("constructor")]).toEqual([
    { rate: 6, diameter: 26.59 },
    { x: null },
    {},
  ]);
});

test("without a file settings last as long as the process", async () => {
  const settings = new StoredSettings(openJournal().journal);
  await settings.write("pump", "rate", 5);
  expect(settings.read("pump")).toEqual({ rate: 5 });
});

test("settings of an earlier benchd are taken over once; what has been set since stands", async () => {
  const folder = temporaryFolder();
  const [file, earlier] = [join(folder, "history.db"), join(folder, "settings.json")];
  writeFileSync(earlier, '{"pump": {"rate": 5, "diameter": 26.59}}');
  const { journal, logged } = openJournal(file);
  const settings = new StoredSettings(journal);
  await settings.write("pump", "rate", 7);
  await settings.takeOver(earlier, (level, message) => void logged.push(`${level} ${message}`));
  await settings.takeOver(earlier, (level, message) => void logged.push(`${level} ${message}`));
  expect(new StoredSettings(openJournal(killed(file)).journal).read("pump")).toEqual({ rate: 7, diameter: 26.59 });
  expect([existsSync(earlier), existsSync(`${earlier}.taken-over`), logged.length]).toEqual([false, true, 1]);
});

test("earlier settings that are damaged are set aside and told, and what is no settings is nothing to go by", async () => {
  const folder = temporaryFolder();
  const earlier = join(folder, "settings.json");
  const { journal, logged } = openJournal();
  const settings = new StoredSettings(journal);
  const log = (level: string, message: string) => void logged.push(`${level} ${message}`);
  writeFileSync(earlier, '{"pump": {"rate"');
  await settings.takeOver(earlier, log);
  const [kept = ""] = readdirSync(folder).filter((name) => name.startsWith("settings.json.damaged-"));
  expect(readFileSync(join(folder, kept), "utf8")).toBe('{"pump": {"rate"');
  expect(logged.at(-1)).toContain(kept);
  writeFileSync(earlier, '{"pump": 5}');
  await settings.takeOver(earlier, log);
  expect(settings.read("pump")).toEqual({});
});

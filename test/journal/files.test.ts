import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readJson, writeAtomically } from "../../src/journal/atomic-file.ts";
import { SettingsFile } from "../../src/journal/settings-file.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "benchd-files-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const said: string[] = [];
const open = (name: string) =>
  SettingsFile.open(join(folder, name), (level, message) => said.push(`${level} ${message}`));

test("settings are there for the next process, Thing by Thing", async () => {
  const settings = await open("a.json");
  expect(settings.read("pump")).toEqual({});
  await Promise.all([
    settings.write("pump", "rate", 5),
    settings.write("pump", "diameter", 26.59),
    settings.write("ph", "x", null),
  ]);
  const next = await open("a.json");
  expect([next.read("pump"), next.read("ph"), next.read("constructor")]).toEqual([
    { rate: 5, diameter: 26.59 },
    { x: null },
    {},
  ]);
});

test("a damaged settings file is set aside with a telling name, and told", async () => {
  await writeFile(join(folder, "b.json"), '{"pump": {"rate"');
  const settings = await open("b.json");
  expect(settings.read("pump")).toEqual({});
  const kept = (await readdir(folder)).filter((name) => name.startsWith("b.json.damaged-"));
  expect(kept).toHaveLength(1);
  expect(await readFile(join(folder, kept[0] ?? ""), "utf8")).toBe('{"pump": {"rate"');
  expect(said.at(-1)).toContain(kept[0]);
});

test("JSON that is no settings is nothing to go by", async () => {
  await writeFile(join(folder, "c.json"), '{"pump": 5}');
  expect((await open("c.json")).read("pump")).toEqual({});
});

test("a write that fails is told to who wanted it, and the next one may succeed", async () => {
  const settings = await SettingsFile.open(join(folder, "missing/d.json"), () => {});
  await expect(settings.write("pump", "rate", 1)).rejects.toThrow(/ENOENT/);
  await writeAtomically(join(folder, "e.json"), "1");
  expect(await readJson(join(folder, "e.json"))).toEqual({ found: "value", value: 1 });
});

test("without a file settings last as long as the process", async () => {
  const settings = await SettingsFile.open(undefined, () => {});
  await settings.write("pump", "rate", 5);
  expect(settings.read("pump")).toEqual({ rate: 5 });
});

test("a file that cannot be read is an error, not an empty one", async () => {
  await expect(readJson(folder)).rejects.toThrow(/EISDIR/);
});

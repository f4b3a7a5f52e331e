import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { testShell } from "../cli/shell.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "benchd-new-driver-"));
});
afterEach(() => rm(folder, { recursive: true }));

const filesIn = async () => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
};
const textOf = (file: string) => readFile(join(folder, file), "utf8");
const make = async (...args: string[]) => {
  const shell = testShell();
  const status = await run(["new-driver", ...args, "--dir", folder], shell);
  return { status, shell, told: shell.told.join("\n") };
};

/** What a file imports that is not there. */
async function lost(file: string): Promise<readonly string[]> {
  const found = (await textOf(file)).matchAll(/ from "(\.[^"]+)"/g);
  return [...found].flatMap(([, to = ""]) => (existsSync(resolve(folder, dirname(file), to)) ? [] : [to]));
}

test("in an empty folder it writes a project with driver, twin and tests, under their new name", async () => {
  const { status, shell, told } = await make("ph-meter");
  expect([status, told]).toEqual([0, expect.stringContaining("npm install && npm test")]);
  const code = ["ph-meter.contract.test.ts", "ph-meter.test.ts", "ph-meter.ts", "ph-meter.twin.ts"];
  expect(await filesIn()).toEqual(
    [".gitignore", "README.md", "bench.yaml", "package.json", ...code, "tsconfig.json"].sort(),
  );
  for (const file of await filesIn()) {
    expect(await textOf(file), file).not.toMatch(/hotplate/);
    expect(await lost(file)).toEqual([]);
    expect(shell.printed.join("\n")).toContain(`  ${file}`);
  }
  expect(await textOf("ph-meter.ts")).toContain('title: "Ph meter"');
  expect(await textOf("ph-meter.contract.test.ts")).toContain("things: { ph_meter: { definition, twin } }");
  expect(await textOf("bench.yaml")).toContain("  ph_meter:\n    driver: ./dist/ph-meter.js");
  const own = JSON.parse(await readFile("package.json", "utf8"));
  expect(JSON.parse(await textOf("package.json"))).toMatchObject({
    name: "ph-meter",
    type: "module",
    dependencies: { benchd: `^${own.version}` },
    devDependencies: { typescript: own.devDependencies.typescript, vitest: own.devDependencies.vitest },
  });
});

test("its bench is a right configuration", async () => {
  const { readConfig } = await import("../../src/gateway/config/config.ts");
  await make("ph-meter");
  const { things } = await readConfig(join(folder, "bench.yaml"));
  expect([...things.keys()]).toEqual(["ph_meter"]);
});

test("a second driver comes beside the first, and what they share is left as it is", async () => {
  await make("ph-meter");
  await writeFile(join(folder, "README.md"), "mine");
  const { status, told } = await make("pump2");
  expect(status).toBe(0);
  expect(await filesIn()).toEqual(expect.arrayContaining(["ph-meter.ts", "pump2.ts", "pump2.twin.ts"]));
  expect(await textOf("README.md")).toBe("mine");
  expect(JSON.parse(await textOf("package.json")).name).toBe("ph-meter");
  expect(told).toContain("Left as they were: package.json, tsconfig.json, .gitignore, bench.yaml, README.md");
  expect(told).toContain("pump2: { driver: ./dist/pump2.js, twin: ./dist/pump2.twin.js }");
});

test("nothing is written where a part of it is there already", async () => {
  await writeFile(join(folder, "ph-meter.twin.ts"), "mine");
  const { status, told } = await make("ph-meter");
  expect([status, told]).toEqual([
    64,
    expect.stringContaining("ph-meter.twin.ts is there already: nothing is written"),
  ]);
  expect(await filesIn()).toEqual(["ph-meter.twin.ts"]);
  expect(await textOf("ph-meter.twin.ts")).toBe("mine");
});

const clone = () => writeFile(join(folder, "package.json"), '{ "name": "benchd", "type": "module" }');

test("in a clone of benchd each part lies where the tests of drivers look for it", async () => {
  await clone();
  const { status } = await make("ph-meter");
  expect(status).toBe(0);
  const parts = [
    "docs/drivers/ph-meter.md",
    "drivers/ph-meter.ts",
    "hardware-mocks/ph-meter.ts",
    "test/drivers/contracts/ph-meter.ts",
    "test/drivers/ph-meter.test.ts",
  ];
  expect(await filesIn()).toEqual([...parts.slice(0, 3), "package.json", ...parts.slice(3)]);
  await writeFile(join(folder, "test/drivers/contract.ts"), "");
  for (const part of parts) {
    expect(await textOf(part), part).not.toMatch(/hotplate/);
    expect(await lost(part)).toEqual([]);
  }
  expect(await textOf("docs/drivers/ph-meter.md")).toMatch(/^# `ph-meter`: [\s\S]*^ph_meter:\n {2}driver: ph-meter$/m);
});

test("what cannot be written half-way is not there at all", async () => {
  await clone();
  await mkdir(join(folder, "test"));
  await writeFile(join(folder, "test/drivers"), "no folder");
  const { status, told } = await make("ph-meter");
  expect([status, told]).toEqual([1, expect.stringContaining("nothing is written")]);
  expect(await filesIn()).toEqual(["package.json", "test/drivers"]);
});

test.each([
  ["PhMeter", "such as ph-meter"],
  ["../up", "such as up"],
  ["a--b", "such as a-b"],
  ["x".repeat(41), "at most 40"],
  ["gateway", "is a path of the gateway itself"],
  ["thing-states", "is a path of the gateway itself"],
  ["balance", 'benchd has a driver "balance" already'],
])("the name %s is refused", async (name, why) => {
  const { status, told } = await make(name);
  expect([status, told]).toEqual([64, expect.stringContaining(why)]);
  expect(await filesIn()).toEqual([]);
});

test("a project that drivers cannot lie in is told what it lacks", async () => {
  await writeFile(join(folder, "package.json"), '{ "name": "other" }');
  const { status, told } = await make("ph-meter");
  expect([status, told]).toEqual([78, expect.stringContaining('does not say "type": "module"')]);
  expect(await filesIn()).toEqual(["package.json"]);
});

import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readJson, writeAtomically } from "../../src/journal/atomic-file.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "benchd-files-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a file is replaced as a whole, and read as it was written", async () => {
  await writeAtomically(join(folder, "e.json"), "1");
  await writeAtomically(join(folder, "e.json"), "[2]");
  expect(await readJson(join(folder, "e.json"))).toEqual({ found: "value", value: [2] });
});

test("F38 a file that cannot be written whole stays as it was", async () => {
  const file = join(folder, "kept.json");
  await writeAtomically(file, "1");
  // A device that is always full.
  await symlink("/dev/full", `${file}.new`);
  await expect(writeAtomically(file, "[2]")).rejects.toThrow(/ENOSPC/);
  expect(await readJson(file)).toEqual({ found: "value", value: 1 });
});

test("F38 a file that the disk cannot read is damaged, not empty, and stays where it is", async () => {
  // Nothing is mapped at its beginning: EIO.
  expect(await readJson("/proc/self/mem")).toEqual({ found: "damage", setAside: "/proc/self/mem" });
});

test("a file that is somebody else's is an error that says so, not an empty one", async () => {
  await expect(readJson(folder)).rejects.toThrow(/cannot be read.*EISDIR.*the user that benchd runs as/);
});

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { InputError, NotFoundError, StorageError } from "../../../src/errors.ts";
import { Library, type LibraryBounds } from "../../../src/experiment/procedure/library.ts";
import { FolderShelf } from "../../../src/experiment/procedure/shelf.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "benchd-library-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const opened = (bounds?: Partial<LibraryBounds>) =>
  Library.open({ shelf: new FolderShelf(join(folder, "procedures")), bounds });
const numbers = (library: Library, name: string) => library.versions(name).map(({ version }) => version);

test("each text that is put under a name is a version of it, kept byte for byte, and there after a restart", async () => {
  const library = await opened();
  const first = "\ufefftitle: µ\r\nsteps: [ wait: 1 s ]\r\n# no line end";
  expect(await library.store("titration", first)).toMatchObject({ isNew: true, stored: { version: 1 } });
  expect(await library.store("titration", "title: two")).toMatchObject({ stored: { version: 2 } });
  expect(await readFile(join(folder, "procedures/titration/1.yaml"), "utf8")).toBe(first);
  const again = await opened();
  expect(again.names).toEqual(["titration"]);
  expect(numbers(again, "titration")).toEqual([2, 1]);
  expect((await again.read("titration")).text).toBe("title: two");
  expect(await again.read("titration", 1)).toMatchObject({ name: "titration", version: 1, text: first });
});

test("the same text as the newest version is that version; as an older one it is a new one", async () => {
  const library = await opened();
  for (const text of ["a", "a", "b", "a"]) await library.store("x", text);
  expect(numbers(library, "x")).toEqual([3, 2, 1]);
  expect((await library.read("x")).text).toBe("a");
});

test("what is stored at the same time has numbers of its own", async () => {
  const library = await opened();
  const texts = ["a", "b", "c", "d"];
  const stored = await Promise.all(texts.map((text) => library.store("x", text)));
  expect(stored.map(({ stored: { version } }) => version)).toEqual([1, 2, 3, 4]);
  for (const [i, text] of texts.entries()) expect((await library.read("x", i + 1)).text).toBe(text);
});

test("the number of what was removed is not given again, after a restart too", async () => {
  const library = await opened();
  for (const text of ["a", "b", "c"]) await library.store("x", text);
  expect(await library.remove("x", 2)).toEqual([2]);
  expect(await library.remove("x")).toEqual([3, 1]);
  expect(library.names).toEqual([]);
  const again = await opened();
  expect(again.names).toEqual([]);
  expect(() => again.versions("x")).toThrow(NotFoundError);
  expect((await again.store("x", "c")).stored.version).toBe(4);
  expect(await readdir(join(folder, "procedures/x"))).toEqual(["4.yaml"].concat("3.yaml").sort());
});

test("what somebody has removed by hand is not there, and keeps nobody from storing", async () => {
  const library = await opened();
  await library.store("x", "a");
  await rm(join(folder, "procedures/x/1.yaml"));
  await expect(library.read("x")).rejects.toThrow(NotFoundError);
  expect((await library.store("x", "a")).stored.version).toBe(2);
});

test("nobody is told where the disk has it", async () => {
  const library = await opened();
  await library.store("x", "a");
  await rm(join(folder, "procedures"), { recursive: true });
  await writeFile(join(folder, "procedures"), "");
  const told = await Promise.all([library.read("x"), library.store("y", "a")].map((one) => one.catch(String)));
  for (const words of told) expect(words).toMatch(/^StorageError: .*ENOTDIR: not a directory$/);
});

test("other files in its folder are left alone, and no name leads out of it", async () => {
  await mkdir(join(folder, "procedures/x"), { recursive: true });
  await writeFile(join(folder, "procedures/x/1.yaml.new"), "half");
  await writeFile(join(folder, "procedures/x/notes.txt"), "mine");
  await mkdir(join(folder, "procedures/..x"));
  const library = await opened();
  expect(library.names).toEqual([]);
  for (const name of ["../x", "", "X", "a/b", ".x", "a".repeat(65)])
    await expect(library.store(name, "a")).rejects.toThrow(InputError);
  expect((await library.store("x", "a")).stored.version).toBe(1);
});

test("what is not there is told, with what may have been meant", async () => {
  const library = await opened();
  await library.store("titration", "a");
  expect(() => library.versions("titratoin")).toThrow('there is no procedure "titratoin"; did you mean "titration"?');
  expect(() => library.version("titration", 7)).toThrow("titration has no version 7: the newest is 1");
});

test.each([
  [{ names: 1 }, "there are 1 procedures"],
  [{ versions: 1 }, "x has 1 versions"],
  [{ bytes: 5 }, "procedures take"],
])("no more is kept than %j, and nothing is removed to make room", async (bounds, message) => {
  const library = await opened(bounds);
  await library.store("x", "aaa");
  const more = "names" in bounds ? library.store("y", "bbb") : library.store("x", "bbb");
  await expect(more).rejects.toThrow(StorageError);
  await expect(more).rejects.toThrow(message);
  expect((await library.read("x")).text).toBe("aaa");
});

test("what the disk does not take is no version", async () => {
  await mkdir(join(folder, "procedures"));
  await writeFile(join(folder, "procedures/x"), "a file where the folder should be");
  const library = await opened();
  await expect(library.store("x", "a")).rejects.toThrow(StorageError);
  expect(library.names).toEqual([]);
});

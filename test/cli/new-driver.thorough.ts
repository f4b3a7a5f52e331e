import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundle } from "../../bundle/bundle.ts";
import { run } from "../../src/cli/run.ts";
import { testShell } from "./shell.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const modules = join(repository, "node_modules");

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "benchd-new-driver-"));
});
afterEach(() => rmSync(scratch, { recursive: true }));

/** What it has said; rejects with all of that unless it ends well. */
async function done(folder: string, program: string, ...args: readonly string[]): Promise<string> {
  // As somebody would type it, not as a child of these tests.
  const { VITEST: _, NODE_OPTIONS: __, ...env } = process.env;
  const options = { cwd: folder, env: { ...env, NO_COLOR: "1" }, maxBuffer: 1 << 24 };
  const { stdout, stderr } = await promisify(execFile)(program, args, options).catch((error) =>
    Promise.reject(new Error(`${program} ${args.join(" ")}\n${error.stdout}${error.stderr}`)),
  );
  return stdout + stderr;
}

/** The package as npm has it, unpacked; and beside it all that it needs, as npm would have put it there. */
async function install(folder: string): Promise<void> {
  const source = join(scratch, "source");
  const tsc = join(modules, "typescript/bin/tsc");
  const options = ["-p", join(repository, "tsconfig.build.json"), "--outDir", join(source, "dist")];
  await done(repository, process.execPath, tsc, ...options);
  await bundle(join(source, "dist/benchd"));
  for (const part of ["package.json", "templates", "docs"])
    cpSync(join(repository, part), join(source, part), { recursive: true });
  await done(source, "npm", "pack", "--ignore-scripts", "--pack-destination", scratch);
  const [archive = ""] = readdirSync(scratch).filter((name) => name.endsWith(".tgz"));
  const into = join(folder, "node_modules");
  mkdirSync(join(into, "benchd"), { recursive: true });
  await done(scratch, "tar", "-xf", archive, "-C", join(into, "benchd"), "--strip-components=1");
  for (const name of readdirSync(modules).filter((name) => name !== "benchd"))
    symlinkSync(join(modules, name), join(into, name));
}

test("a folder with the npm package, one command, and its tests pass; so does its bench", async () => {
  const folder = join(scratch, "mine");
  await install(folder);
  const benchd = [process.execPath, join(folder, "node_modules/benchd/dist/benchd/src/cli/main.js")] as const;
  await done(folder, ...benchd, "new-driver", "ph-meter");
  expect(await done(folder, "npm", "test")).toMatch(/Test Files {2}2 passed \(2\)\s+Tests {2}19 passed \(19\)/);
  expect(await done(folder, ...benchd, "check", "bench.yaml")).toContain("bench.yaml: ok, 1 Thing");
  expect(await done(folder, ...benchd, "simulate", "--help")).toContain("Usage");
}, 300_000);

test("in a clone of benchd, the new driver survives every fault, and is typed, formatted and has its page", async () => {
  const folder = join(scratch, "clone");
  const apart = new Set(["node_modules", ".git", "dist", "var"].map((name) => join(repository, name)));
  cpSync(repository, folder, { recursive: true, filter: (from) => !apart.has(from) });
  symlinkSync(modules, join(folder, "node_modules"));
  const shell = testShell();
  // As long as a name may be: no line of what is written gets too long by it.
  const name = "instrument-with-the-longest-name-allowed";
  expect(await run(["new-driver", name, "--dir", folder], shell)).toBe(0);
  const written = (shell.printed[0] ?? "")
    .split("\n")
    .slice(1)
    .map((line) => line.trim());
  const code = written.filter((file) => file.endsWith(".ts"));
  expect(code.length).toBe(4);
  await done(folder, join(modules, ".bin/biome"), "check", "--vcs-enabled=false", ...code);
  await done(folder, join(modules, ".bin/tsc"), "--noEmit");
  const projects = ["--project", "together", "--project", "thorough"];
  const tests = ["run", ...projects, "test/drivers", "-t", `${name}|every driver`];
  const said = await done(folder, join(modules, ".bin/vitest"), ...tests);
  // Its page, its contract, and the faults that can show on it.
  expect(Number(/Tests {2}(\d+) passed/.exec(said)?.[1])).toBeGreaterThan(40);
}, 300_000);

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { json, type Locked, locked } from "./packages.ts";

const npmrc = readFileSync(fileURLToPath(new URL("../../.npmrc", import.meta.url)), "utf8").split("\n");
const all = locked();
const ours = ({ link }: Locked) => link === true;
const named = (folder: string) => folder.replace(/^.*node_modules\//, "");

/** Whoever passes benchd on has to do no more than to name them. */
const permissive = new Set([
  "MIT",
  "MIT-0",
  "ISC",
  "0BSD",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "BlueOak-1.0.0",
]);

/** Of alternatives one suffices. */
const isPermissive = (license = "") =>
  license
    .replaceAll(/[()]/g, "")
    .split(" OR ")
    .some((one) => permissive.has(one));

describe("A27: what is installed with benchd", () => {
  it("is what the lockfile says, to the byte, from wherever it is fetched", () => {
    expect(all.length).toBeGreaterThan(300);
    const fromSomewhere = all.filter(([, one]) => one.resolved !== undefined && !ours(one));
    expect(fromSomewhere).toEqual([]);
    // npm leaves it out for tools of other machines than that on which the lockfile was made.
    const unproved = all
      .filter(([, one]) => !ours(one) && !(one.dev && one.optional))
      .filter(([, one]) => !one.integrity);
    expect(unproved).toEqual([]);
    for (const [, { integrity }] of all) if (integrity) expect(integrity).toMatch(/^sha512-/);
  });

  it("runs no program while it is installed, but those that have been looked at and are allowed to", () => {
    const allowed: Readonly<Record<string, boolean>> = json("package.json").allowScripts;
    const withScripts = all.filter(([, one]) => one.hasInstallScript).map(([folder]) => named(folder));
    expect(Object.keys(allowed).toSorted()).toEqual([...new Set(withScripts)].toSorted());
    const run = Object.keys(allowed).filter((name) => allowed[name]);
    // One has to be compiled, one fetches its binary; the others bring theirs.
    expect(run).toEqual(["better-sqlite3", "epoll"]);
    expect(npmrc).toContain("strict-allow-scripts=true");
  });

  it("is older than three days when it gets into the lockfile", () => {
    expect(npmrc).toContain("min-release-age=3");
  });

  it("is of the versions that were meant, and of nothing that is fetched from elsewhere", () => {
    const { dependencies, devDependencies, optionalDependencies } = json("package.json");
    const wanted: readonly string[] = Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies });
    for (const range of wanted) expect(range).toMatch(/^[~^]?\d+\.\d+\.\d+$/);
  });

  it("may be passed on: every licence of what runs is a permissive one", () => {
    const runtime = all.filter(([, one]) => !one.dev && !ours(one));
    expect(runtime.length).toBeGreaterThan(100);
    const others = runtime.filter(([, { license }]) => !isPermissive(license));
    expect(others.map(([folder, { license }]) => `${named(folder)}: ${license}`)).toEqual([]);
    expect(isPermissive("GPL-3.0-only")).toBe(false);
    expect(isPermissive(undefined)).toBe(false);
  });
});

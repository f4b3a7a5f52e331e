import { expect, test } from "vitest";
import { textOf } from "./pages.ts";

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly resolved?: string }>>;
}

test("what the site is built with is named in exact versions, and locked without an address", () => {
  const { dependencies } = JSON.parse(textOf("site/package.json")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const { packages } = JSON.parse(textOf("site/package-lock.json")) as Lockfile;
  expect(Object.keys(dependencies)).toEqual(["typedoc", "typescript"]);
  for (const [name, version] of Object.entries(dependencies))
    expect(packages[`node_modules/${name}`]?.version).toBe(version);
  expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});

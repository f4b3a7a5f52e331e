import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly resolved?: string }>>;
}

const read = async (file: string) => JSON.parse(await readFile(new URL(`../../${file}`, import.meta.url), "utf8"));
const peers = (await read("benchmarks/peers/package.json")).dependencies as Readonly<Record<string, string>>;
const locked = ((await read("benchmarks/peers/package-lock.json")) as Lockfile).packages;
const ours = ((await read("package-lock.json")) as Lockfile).packages;

test("what benchd is measured against is named in exact versions, and locked without an address", () => {
  expect(Object.keys(peers)).toEqual(expect.arrayContaining(["@node-wot/core", "fastify", "serialport", "webthing"]));
  for (const [name, version] of Object.entries(peers)) expect(locked[`node_modules/${name}`]?.version).toBe(version);
  expect(Object.values(locked).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});

test.each(["fastify", "serialport", "@serialport/parser-readline"])(
  "%s is measured bare in the version that benchd has",
  (name) => {
    expect(peers[name]).toBe(ours[`node_modules/${name}`]?.version);
  },
);

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

const sources = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && file !== "faults.test.ts")
  .map((file) => readFileSync(join(root, "test", file), "utf8"));

/** In a string, as a word of its own: at its beginning, or after a space or a bracket. */
const named = /["'`](?:[^"'`\n]*[\s(])?(F\d\d)(?=[\s:)"'`])/g;
const tried = new Set(sources.flatMap((code) => [...code.matchAll(named)].map(([, number]) => number)));

const rows = [...readFileSync(join(root, "CONTRIBUTING.md"), "utf8").matchAll(/^\| (F\d\d) \| (.+) \|$/gm)];
const told = rows.map(([, number]) => number);

test("every fault that CONTRIBUTING.md tells of is tried by a test that is named by its number", () => {
  expect([sources.length > 250, told.length >= 45]).toEqual([true, true]);
  expect(told.filter((number) => !tried.has(number))).toEqual([]);
});

test("every fault that a test is named by is told of in CONTRIBUTING.md, once and in order", () => {
  expect([...tried].filter((number) => !told.includes(number))).toEqual([]);
  expect(told).toEqual([...new Set(told)].sort());
});

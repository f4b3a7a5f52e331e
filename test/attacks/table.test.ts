import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const here = fileURLToPath(new URL(".", import.meta.url));
const page = readFileSync(join(here, "../../docs/security.md"), "utf8");

const sources = readdirSync(here, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && file !== "table.test.ts")
  .map((file) => readFileSync(join(here, file), "utf8"));

/** At the beginning of the name of a test. */
const named = /["'`](A\d\d)(?=[\s:])/g;
const tried = [...new Set(sources.flatMap((code) => [...code.matchAll(named)].map(([, number]) => number ?? "")))];
const told = [...page.matchAll(/^### (A\d\d): /gm)].map(([, number]) => number ?? "");

test("every attack that is tried by a test of its name is told of in docs/security.md", () => {
  expect(tried.filter((number) => !told.includes(number))).toEqual([]);
  expect(told).toEqual(told.toSorted());
});

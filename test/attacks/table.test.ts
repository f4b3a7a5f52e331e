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

test("every attack that docs/security.md tells of is tried by a test of its name, and the other way round", () => {
  expect(told.length).toBeGreaterThan(20);
  expect(told).toEqual(tried.toSorted());
});

import { readdirSync } from "node:fs";
import { describeThing } from "benchd/testing";
import { describe, expect, test } from "vitest";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import type { AnyContract } from "./contract.ts";

const names = await openCatalogue().names();

test("every driver keeps the contract", () => {
  const tried = readdirSync(new URL("contracts", import.meta.url)).map((file) => file.replace(/\.ts$/, ""));
  expect(tried.sort()).toEqual(names);
  expect(names.length).toBeGreaterThan(5);
});

/** Cancelling at every await point is one of the faults that a driver must survive. */
const named = (name: string, run: () => Promise<void>) =>
  test(name.includes("on a cancel at any of its waits") ? `F25: ${name}` : name, run);

for (const name of names) {
  const { default: contract } = (await import(`./contracts/${name}.ts`)) as { readonly default: AnyContract };
  describe(name, () => describeThing(contract, named));
}

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

for (const name of names) {
  const { default: contract } = (await import(`./contracts/${name}.ts`)) as { readonly default: AnyContract };
  describe(name, () => describeThing(contract, test));
}

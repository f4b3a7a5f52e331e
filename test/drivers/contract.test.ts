import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { describeDrivers, names } from "./describe-drivers.ts";

test("every driver keeps the contract", () => {
  const tried = readdirSync(new URL("contracts", import.meta.url)).map((file) => file.replace(/\.ts$/, ""));
  expect(tried.sort()).toEqual(names);
  expect(names.length).toBeGreaterThan(5);
});

await describeDrivers({ thorough: false });

import { expect, test } from "vitest";
import { didYouMean, nearest } from "../src/did-you-mean.ts";

const known = ["driver", "serial", "stateDirectory", "uses", "gpio"];

test.each([
  ["drivr", "driver"],
  ["dirver", "driver"],
  ["state_directory", "stateDirectory"],
  ["Serial", "serial"],
  ["use", "uses"],
])("%s is taken for %s", (word, meant) => {
  expect(nearest(word, known)).toBe(meant);
});

test("a word that is like none of them is taken for nothing", () => {
  expect(nearest("colour", known)).toBeUndefined();
  expect(didYouMean("colour", known)).toBe("");
});

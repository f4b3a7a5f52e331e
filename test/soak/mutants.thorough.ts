import { afterEach, expect, test, vi } from "vitest";
import { operations } from "../../soak/operations/all.ts";
import { rules } from "../../soak/rules/all.ts";
import { soak } from "../../soak/soak.ts";
import { mutants } from "./mutants.ts";

const hourMs = 3_600_000;

afterEach(() => void vi.restoreAllMocks());

test.each(mutants.map((mutant) => [mutant.rule.number, mutant.mistake, mutant] as const))(
  "%s: the soak finds that %s",
  async (_, __, { rule, mutate, seed = 1, operations: some = operations }) => {
    mutate();
    const chosen = some.flatMap((one) =>
      typeof one === "string" ? operations.filter(({ name }) => name === one) : one,
    );
    const { broken } = await soak({ seed, ms: 24 * hourMs, steps: 400, operations: chosen, rules: [rule] });
    expect(broken?.violations.map((one) => one.split(" ", 1)[0])).toContain(rule.number);
  },
);

test("there is a mutant for every rule: one that cannot fail is none", () => {
  expect(new Set(mutants.map(({ rule }) => rule))).toEqual(new Set(rules));
});

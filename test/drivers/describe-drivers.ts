import { describeThing } from "benchd/testing";
import { describe, test } from "vitest";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import type { AnyContract } from "./contract.ts";

/** Of all drivers that come with it. */
export const names = await openCatalogue().names();

const atAnyWait = "on a cancel at any of its waits";

/** What takes longest: each action once more, and the waits of a dispenser, which are those of its pump and its balance. */
const isThorough = (driver: string, title: string) =>
  title.endsWith("while somebody observes it") || (driver === "dispenser" && title.includes(atAnyWait));

/** The contract of every driver, but for what takes longest; or that alone. */
export async function describeDrivers({ thorough }: { readonly thorough: boolean }): Promise<void> {
  for (const name of names) {
    const { default: contract } = (await import(`./contracts/${name}.ts`)) as { readonly default: AnyContract };
    const tests: [string, () => Promise<void>][] = [];
    describeThing(contract, (title, run) => {
      // Cancelling at every await point is one of the faults that a driver must survive.
      const named = title.includes(atAnyWait) ? `F25: ${title}` : title;
      if (isThorough(name, title) === thorough) tests.push([named, run]);
    });
    // Not every driver has something to observe.
    if (tests.length === 0) continue;
    describe(name, () => {
      for (const [title, run] of tests) test(title, run);
    });
  }
}

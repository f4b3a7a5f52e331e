import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { checkBench } from "../../src/gateway/bench.ts";
import { type Catalogue, openCatalogue } from "../../src/gateway/catalogue.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import type { PropertyAffordance } from "../../src/thing/affordance.ts";
import type { AnyThing } from "../../src/thing/define.ts";

/** A catalogue whose drivers note each reading that they are asked for, by title and property, and whether it succeeded. */
function noting(read: string[], failed: string[]): Catalogue {
  const catalogue = openCatalogue();
  const noted = (definition: AnyThing): AnyThing => ({
    ...definition,
    async open(context) {
      const handlers = await definition.open(context);
      const readers = Object.entries(handlers.read ?? {}).map(([name, handler]) => [
        name,
        async () => {
          const what = `${definition.title} ${name}`;
          read.push(what);
          try {
            return await handler();
          } catch (error) {
            failed.push(`${what}: ${error}`);
            throw error;
          }
        },
      ]);
      return { ...handlers, read: Object.fromEntries(readers) };
    },
  });
  return { ...catalogue, definition: async (driver) => noted(await catalogue.definition(driver)) };
}

it("reads each observable property of the demonstration bench, as long as somebody observes it", async () => {
  const [read, failed]: [string[], string[]] = [[], []];
  const catalogue = noting(read, failed);
  const clock = new DiscreteClock();
  const text = await readFile(new URL("../../examples/bench.yaml", import.meta.url), "utf8");
  const config = await checkBench(text, "bench.yaml", catalogue, { mock: true });
  const gateway = await clock.until(
    Gateway.open({ config, catalogue, clock, processClock: new DiscreteClock(), mock: true, log() {} }),
  );
  // Until the heater has heard of its probe.
  await clock.advance(5000);
  const observable = [...gateway.things.values()].flatMap((thing) =>
    Object.entries<PropertyAffordance>(thing.definition.properties ?? {})
      .filter(([, { observable, pollMs }]) => observable && pollMs === undefined)
      .map(([name]) => ({ thing, name, what: `${thing.definition.title} ${name}` })),
  );
  expect(observable.length).toBeGreaterThan(30);
  const leave = observable.map(({ thing, name }) => thing.attend(name));
  read.length = 0;
  await clock.advance(10_000);
  const unread = observable.filter(({ what }) => read.filter((one) => one === what).length < 3);
  expect([unread.map(({ what }) => what), failed]).toEqual([[], []]);
  for (const ends of leave) ends();
  await clock.advance(10_000);
  read.length = 0;
  await clock.advance(10_000);
  // Only what an interlock and the heater want to know.
  expect([...new Set(read)].sort()).toEqual(["Door closed", "Temperature probe temperature"]);
  await clock.until(gateway.close({ graceMs: 0 }));
});

import { expect, test } from "vitest";
import { memoryInUse } from "../../memory.ts";
import { openReloadable } from "./reloaded.ts";

const bench = (n: number) => `
things:
  a: { driver: counter }
  b: { driver: counter, title: Version ${n} }
  ${n % 2 ? "c" : "d"}: { driver: balance }
  valve: { driver: valve, gpio: { valve: 5 } }
interlocks: { lid: { thing: b, property: counter, equals: 0, outputs: [valve.valve] } }
alarms: { gone: { lost: b, notify: [] } }
`;

test("200 reloads leave the heap, and the listeners and timers of both clocks, where they were", async () => {
  const { gateway, clock, processClock, reload, close } = await openReloadable(bench(0));
  const round = async (from: number, count: number) => {
    for (let n = from; n < from + count; n++) await reload(bench(n), { busy: "stop" });
    await clock.advance(5000);
    await processClock.advance(5000);
  };
  // Events are kept, 10 000 of them, and the history of what was done.
  await round(1, 40);
  const before = (await memoryInUse()).objects;
  await round(41, 200);
  const grown = (await memoryInUse()).objects - before;
  expect(grown).toBeLessThan(8e6);
  expect([...gateway.things.keys()]).toEqual(["a", "b", "d", "valve"]);
  await close();
});

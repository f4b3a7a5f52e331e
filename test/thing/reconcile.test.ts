import { Type } from "typebox";
import { expect, test } from "vitest";
import { deliver } from "../../src/ambient.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineThing } from "../../src/thing/define.ts";

/** A pump whose counter tells of its last stroke, and whose strokes may hang. */
function counting() {
  const device = { counter: 0, letGo: () => {} };
  const definition = defineThing({
    title: "Counting pump",
    config: Type.Object({}),
    actions: {
      dose: { title: "Dose", input: Type.Object({ mL: Type.Number() }) },
      hang: { title: "Hang in mid-dose", cancelGraceMs: 100 },
    },
    open: async () => ({
      invoke: {
        dose({ mL }) {
          deliver({ unit: "mL", requested: mL, confirmed: mL });
          device.counter = mL;
        },
        hang() {
          deliver({ unit: "mL", requested: 3, confirmed: 1, uncertain: 2 });
          device.counter = 2;
          return new Promise<void>((resolve) => {
            device.letGo = resolve;
          });
        },
      },
      reconcile: ({ delivery }) => delivery.map((one) => ({ ...one, confirmed: device.counter })),
    }),
  });
  return { device, definition };
}

async function hungAndReset() {
  const { device, definition } = counting();
  const bench = await openBench({ pump: { definition } });
  const hung = bench.start("pump", "hang");
  await bench.clock.advance(1);
  await bench.cancel(hung);
  await bench.ended(hung);
  return { bench, device, hung };
}

test("what a cut-off call has delivered is counted once, although the call has not ended", async () => {
  const { bench, hung } = await hungAndReset();
  await bench.clock.until(bench.thing("pump").reset());
  expect(hung.delivery).toEqual([{ thing: "pump", unit: "mL", requested: 3, confirmed: 2, uncertain: 0 }]);
});

test("the counter of a later dose rewrites no earlier one", async () => {
  const { bench, device, hung } = await hungAndReset();
  device.letGo();
  await bench.clock.advance(1);
  const next = await bench.run("pump", "dose", { mL: 5 });
  const [before] = hung.delivery;
  await bench.clock.until(bench.thing("pump").reset());
  expect([next.status, hung.delivery]).toEqual(["completed", [before]]);
  expect(before).toMatchObject({ confirmed: 1, uncertain: 2 });
});

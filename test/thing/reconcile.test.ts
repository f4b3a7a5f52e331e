import { Type } from "typebox";
import { expect, test } from "vitest";
import { deliver } from "../../src/ambient.ts";
import { DeviceTimeoutError } from "../../src/errors.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineThing, type Reconciled } from "../../src/thing/define.ts";
import { Thing } from "../../src/thing/thing.ts";
import { testJournal, testScheduler } from "../invocation/fixture.ts";
import { unhandledRejections } from "../unhandled.ts";

const unhandled = unhandledRejections();

/** A pump whose counter tells of its last stroke, and whose strokes may hang. */
function counting() {
  const device = {
    counter: 0,
    asked: 0,
    mute: false,
    letGo: () => {},
    /** Told beside the count. */
    besides: [] as readonly Reconciled[],
  };
  const definition = defineThing({
    title: "Counting pump",
    config: Type.Object({}),
    actions: {
      dose: { title: "Dose", input: Type.Object({ mL: Type.Number() }) },
      lose: { title: "Dose, and lose sight of it" },
      hang: { title: "Hang in mid-dose", cancelGraceMs: 100 },
    },
    open: async () => ({
      invoke: {
        dose({ mL }) {
          deliver({ unit: "mL", requested: mL, confirmed: mL });
          device.counter = mL;
        },
        lose() {
          deliver({ unit: "mL", requested: 3, confirmed: 1, uncertain: 2 });
          device.counter = 2;
          throw new DeviceTimeoutError("it has not said how much", { outcome: "unknown" });
        },
        hang() {
          deliver({ unit: "mL", requested: 3, confirmed: 1, uncertain: 2 });
          device.counter = 2;
          return new Promise<void>((resolve) => {
            device.letGo = resolve;
          });
        },
      },
      reconcile({ delivery }) {
        device.asked++;
        if (device.mute) throw new DeviceTimeoutError("no answer");
        return [...delivery.map((one) => ({ ...one, confirmed: device.counter })), ...device.besides];
      },
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
  // Nobody has learnt from it what that was.
  device.mute = true;
  device.letGo();
  await bench.clock.advance(1);
  device.mute = false;
  const next = await bench.run("pump", "dose", { mL: 5 });
  const [before] = hung.delivery;
  await bench.clock.until(bench.thing("pump").reset());
  expect([next.status, hung.delivery]).toEqual(["completed", [before]]);
  expect(before).toMatchObject({ confirmed: 1, uncertain: 2 });
});

test("what an invocation has left uncertain is asked of the device when it has ended, without opening it anew", async () => {
  const { definition } = counting();
  const bench = await openBench({ pump: { definition } });
  const lost = await bench.run("pump", "lose");
  await bench.clock.advance(1);
  expect(lost.delivery).toEqual([{ thing: "pump", unit: "mL", requested: 3, confirmed: 2, uncertain: 0 }]);
  expect(bench.thing("pump").generation).toBe(1);
});

test("it is asked after an emergency stop too, whose latch keeps everything else away", async () => {
  const { device, definition } = counting();
  const bench = await openBench({ pump: { definition } });
  const lost = bench.start("pump", "hang");
  await bench.clock.advance(1);
  await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  await bench.ended(lost);
  // What was cut off has not ended: the Thing is in quarantine until it has.
  device.letGo();
  await bench.clock.advance(1);
  expect(lost.delivery).toMatchObject([{ confirmed: 2, uncertain: 0 }]);
});

test("a dose that has begun in between has the counter: the one before stays uncertain, as it does when nobody answers", async () => {
  const { device, definition } = counting();
  const bench = await openBench({ pump: { definition } });
  const lost = bench.start("pump", "lose");
  const next = bench.start("pump", "dose", { mL: 5 });
  await bench.ended(lost);
  await bench.ended(next);
  await bench.clock.advance(2000);
  expect([lost.delivery, device.asked]).toMatchObject([[{ confirmed: 1, uncertain: 2 }], 0]);
  device.mute = true;
  const mute = await bench.run("pump", "lose");
  await bench.clock.advance(2000);
  expect([mute.delivery, device.asked]).toMatchObject([[{ confirmed: 1, uncertain: 2 }], 1]);
  expect(bench.logged.join("\n")).toContain("what it did last stays uncertain: DeviceTimeoutError: no answer");
});

test("what a driver tells of other units, and what is no amount, is logged and not noted", async () => {
  const { device, definition } = counting();
  const bench = await openBench({ pump: { definition } });
  device.besides = [
    { unit: "g", requested: 3, confirmed: 3 },
    { unit: "mL", requested: 3, confirmed: Number.NaN },
    { unit: "mL", requested: 3, confirmed: -1 },
  ];
  const lost = await bench.run("pump", "lose");
  await bench.clock.advance(1);
  expect(lost.delivery).toEqual([{ thing: "pump", unit: "mL", requested: 3, confirmed: 2, uncertain: 0 }]);
  const refused = bench.logged.filter((line) => line.includes("is no answer to what it did last: not noted"));
  expect(refused).toHaveLength(3);
});

test("a history that cannot be read keeps no device from being opened, and fails nobody", async () => {
  const { definition } = counting();
  const lastDelivery = () => Promise.reject(new Error("SQLITE_IOERR"));
  const { clock, scheduler } = testScheduler({ journal: { ...testJournal(), lastDelivery } });
  const logged: string[] = [];
  const thing = new Thing({
    ...{ name: "pump", definition, config: {}, uses: {}, wiring: { pins: {} }, clock, scheduler },
    settings: { read: () => ({}), write: async () => {} },
    log: (_, __, message) => logged.push(message),
    emergencyStop: () => {},
  });
  await clock.until(thing.open());
  expect(thing.state).toBe("ready");
  expect(logged.join("\n")).toContain("what it did last cannot be read");
  await clock.until(thing.reconcile());
  await clock.advance(1000);
  expect(unhandled).toEqual([]);
});

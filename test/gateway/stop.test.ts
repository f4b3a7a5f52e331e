import { Type } from "typebox";
import { expect, test } from "vitest";
import balance from "../../drivers/balance.ts";
import dispenser from "../../drivers/dispenser.ts";
import pump from "../../drivers/syringe-pump.ts";
import balanceTwin from "../../hardware-mocks/balance.ts";
import pumpTwin from "../../hardware-mocks/syringe-pump.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineThing } from "../../src/thing/define.ts";

const composite = defineThing({
  title: "Something that uses the pump without reserving it",
  config: Type.Object({}),
  uses: { pump },
  actions: { go: { title: "Go" } },
  async open({ things }) {
    return {
      invoke: {
        async go() {
          await things.pump.invoke.dispense({ volume: 1 });
        },
      },
    };
  },
});

async function open() {
  const bench = await openBench({
    pump: { definition: pump, twin: pumpTwin, config: { diameter: 26.59, syringeVolume: 60 } },
    balance: { definition: balance, twin: balanceTwin },
    dispenser: { definition: dispenser, uses: { pump: "pump", balance: "balance" } },
    composite: { definition: composite, uses: { pump: "pump" } },
  });
  await bench.write("pump", "rate", 6);
  return bench;
}

test("a second stop ends what was started after the first, although the first is still being confirmed", async () => {
  const bench = await open();
  bench.start("pump", "stop");
  await bench.clock.advance(20);
  const dose = bench.start("pump", "dispense", { volume: 5 });
  await bench.clock.advance(5);
  await bench.run("pump", "stop");
  await bench.clock.advance(3000);
  expect([dose.status, dose.reason, await bench.read("pump", "state")]).toEqual(["cancelled", "stopped", "stopped"]);
  await bench.close();
});

test("stops that are pressed together are one", async () => {
  const bench = await open();
  const stops = [bench.start("pump", "stop"), bench.start("pump", "stop"), bench.start("pump", "stop")];
  expect(new Set(stops).size).toBe(1);
  await bench.close();
});

test("stop ends a call that waits for the Thing nested in another invocation", async () => {
  const bench = await open();
  bench.start("pump", "dispense", { volume: 5 });
  await bench.clock.advance(1000);
  const go = bench.start("composite", "go");
  await bench.clock.advance(500);
  await bench.run("pump", "stop");
  await bench.clock.advance(2000);
  expect([go.status, go.reason, await bench.read("pump", "state")]).toEqual(["cancelled", "stopped", "stopped"]);
  await bench.close();
});

test("a second emergency stop sends another stop once something has begun since the first", async () => {
  const bench = await open();
  const { emergencyStop } = bench.gateway;
  await bench.clock.until(emergencyStop.trip("ada"));
  await bench.clock.until(emergencyStop.clear("ada"));
  const dose = bench.start("pump", "dispense", { volume: 5 });
  await bench.clock.advance(5);
  await bench.clock.until(emergencyStop.trip("grace"));
  await bench.ended(dose);
  expect([dose.status, await bench.read("pump", "state")]).toEqual(["cancelled", "stopped"]);
  await bench.close();
});

test("stop of a Thing that is not open is refused with the reason, and unknown where a driver has none", async () => {
  const bench = await open();
  bench.twins.pump.unplug();
  await bench.clock.advance(2000);
  expect(() => bench.start("pump", "stop")).toThrow(/disconnected/);
  expect(() => bench.start("dispenser", "stop")).toThrow(/no action stop/);
  await bench.close();
});

test("in an emergency outputs are cut off in their order, positive ones too", async () => {
  const output = (order: number) =>
    defineThing({
      title: "Output",
      config: Type.Object({}),
      outputs: { relay: { safe: false, order } },
      async open({ gpio }) {
        await gpio.output("relay");
        return {};
      },
    });
  const orders = [5, 1, 3];
  const placed = orders.map(
    (order, n) => [`o${order}`, { definition: output(order), gpio: { relay: { line: n } } }] as const,
  );
  const bench = await openBench(Object.fromEntries(placed));
  const { things } = await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  expect(Object.keys(things)).toEqual(["o1", "o3", "o5"]);
  await bench.close();
});

test("at shutdown a cancelled dose still weighs what has landed", async () => {
  const bench = await open();
  const dose = bench.start("dispenser", "dose", { mass: 2.5 });
  await bench.clock.advance(5000);
  await bench.close();
  const log = dose.log.entries().map(({ message }) => message);
  expect([dose.status, dose.reason, log.join().includes("not known")]).toEqual(["cancelled", "shutdown", false]);
});

test("a nested call that was cancelled with its caller shows as cancelled", async () => {
  const bench = await open();
  const dose = bench.start("dispenser", "dose", { mass: 2.5 });
  await bench.clock.advance(5000);
  await bench.cancel(dose);
  await bench.ended(dose);
  expect(dose.steps.find(({ action }) => action === "dispense")?.status).toBe("cancelled");
  await bench.close();
});

import { Type } from "typebox";
import { expect, test } from "vitest";
import { deliver, sleep } from "../../src/ambient.ts";
import { DisconnectedError } from "../../src/errors.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineThing } from "../../src/thing/define.ts";

const device = { counted: 0, level: 20, opened: 0, asked: [] as unknown[] };

const pump = defineThing({
  title: "Counting pump",
  config: Type.Object({}),
  properties: {
    rate: { title: "Rate", schema: Type.Number({ minimum: 0 }) },
    level: { title: "Level", schema: Type.Number(), readOnly: true, pollMs: 1000 },
  },
  actions: {
    pump: {
      title: "Pump",
      input: Type.Object({ volume: Type.Number() }),
      output: Type.Object({ rate: Type.Number() }),
    },
    lose: { title: "Lose the cable while it pumps" },
  },
  async open() {
    device.opened++;
    let rate = 1;
    return {
      read: { rate: () => rate, level: () => device.level },
      write: {
        rate(value) {
          rate = value;
        },
      },
      invoke: {
        async pump({ volume }) {
          await sleep(1000 * volume);
          return { rate };
        },
        async lose() {
          deliver({ unit: "mL", requested: 5, confirmed: 1, uncertain: 4 });
          await sleep(10);
          throw new DisconnectedError("the cable is out", { outcome: "unknown" });
        },
      },
      reconcile(last) {
        device.asked.push(last);
        return [{ unit: "mL", requested: 5, confirmed: device.counted }];
      },
    };
  },
});

const dispenser = defineThing({
  title: "Dispenser",
  config: Type.Object({}),
  uses: { pump },
  actions: { dose: { title: "Dose", output: Type.Number() }, quick: { title: "Too quick" } },
  async open({ things, spawn }) {
    spawn(async () => {
      await sleep(50_000);
      // Below no action: an invocation, and a write, of its own.
      await things.pump.write.rate(7);
      await things.pump.invoke.pump({ volume: 1 });
    });
    return {
      invoke: {
        async dose() {
          await things.pump.write.rate(3);
          const { rate } = await things.pump.invoke.pump({ volume: 2 });
          return rate + (await things.pump.read.rate());
        },
        async quick() {
          await things.pump.write.rate(-1);
        },
      },
    };
  },
});

const openBoth = () =>
  openBench({ pump: { definition: pump }, dispenser: { definition: dispenser, uses: { pump: "pump" } } });

test("a composite reads, writes and invokes through its slot, as steps of its own invocation", async () => {
  const bench = await openBoth();
  const dose = await bench.run("dispenser", "dose");
  expect([dose.status, dose.output]).toEqual(["completed", 6]);
  expect(dose.steps.map(({ action, status }) => `${action} ${status}`)).toEqual(["pump completed"]);
  const quick = await bench.run("dispenser", "quick");
  expect([quick.status, quick.error?.name]).toEqual(["error", "InputError"]);
});

test("its handles go on working when the Thing in its slot is opened again", async () => {
  const bench = await openBoth();
  await bench.clock.until(bench.thing("pump").reset());
  expect((await bench.run("dispenser", "dose")).output).toBe(6);
});

test("spawned work calls other Things by invocations of its own", async () => {
  const bench = await openBoth();
  await bench.clock.advance(52_000);
  const [own] = await bench.gateway.invocations.list({ thing: "pump" });
  expect([own?.action, own?.status, own?.requestedBy, await bench.read("pump", "rate")]).toEqual([
    "pump",
    "completed",
    "another Thing",
    7,
  ]);
});

test("a polled property tells its changes, and only those", async () => {
  const bench = await openBoth();
  const seen: unknown[] = [];
  const stop = bench.thing("pump").observe((news) => news.kind === "property" && seen.push(news.value));
  await bench.clock.advance(3000);
  device.level = 25;
  await bench.clock.advance(3000);
  stop();
  device.level = 30;
  await bench.clock.advance(3000);
  expect(seen).toEqual([25]);
});

test("after an uncertain end the device's own counter is read at once, and settles the record", async () => {
  const bench = await openBoth();
  device.counted = 3.5;
  device.asked.length = 0;
  const lost = await bench.run("pump", "lose");
  await bench.clock.advance(1);
  expect([lost.status, lost.outcome]).toEqual(["error", "unknown"]);
  expect(device.asked).toEqual([
    { id: lost.id, action: "lose", delivery: [expect.objectContaining({ uncertain: 4 })] },
  ]);
  expect(lost.delivery).toEqual([{ thing: "pump", unit: "mL", requested: 5, confirmed: 3.5, uncertain: 0 }]);
  expect(lost.log.entries().at(-1)?.message).toContain("counted 3.5 mL");
});

test("observers are bounded", async () => {
  const bench = await openBoth();
  // The bench itself is one of them.
  const stops = Array.from({ length: 999 }, () => bench.thing("pump").observe(() => {}));
  expect(() => bench.thing("pump").observe(() => {})).toThrow(/1000 watch/);
  for (const stop of stops) stop();
  bench.thing("pump").observe(() => {})();
});

test("a reading that calls an action below an invocation does so as a part of that", async () => {
  const looker = defineThing({
    title: "Looks by pumping",
    config: Type.Object({}),
    uses: { pump },
    properties: { look: { title: "Look", schema: Type.Number(), readOnly: true } },
    open: async ({ things }) => ({ read: { look: async () => (await things.pump.invoke.pump({ volume: 1 })).rate } }),
  });
  const top = defineThing({
    title: "Holds the pump and looks",
    config: Type.Object({}),
    uses: { looker, pump },
    actions: { go: { title: "Go", reserves: ["pump"], output: Type.Number() } },
    open: async ({ things }) => ({ invoke: { go: () => things.looker.read.look() } }),
  });
  const bench = await openBench({
    pump: { definition: pump },
    looker: { definition: looker, uses: { pump: "pump" } },
    top: { definition: top, uses: { looker: "looker", pump: "pump" } },
  });
  const run = await bench.run("top", "go");
  expect([run.status, run.output, run.steps.map(({ action }) => action)]).toEqual(["completed", 1, ["pump"]]);
});

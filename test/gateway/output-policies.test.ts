import { expect, test } from "vitest";
import { openBench } from "../../src/testing/open-bench.ts";
import type { OutputContract } from "../../src/thing/affordance.ts";
import { defineThing } from "../../src/thing/define.ts";
import { boiler } from "./boiler.ts";
import { relay } from "./relay.ts";

/** A Thing with a cable and a pin; the pin's contract is tried. */
function opened(contract: Partial<OutputContract>) {
  const one = { ...boiler({}, contract), gpio: { lamp: { line: 7 } } };
  return openBench({ boiler: one, watch: relay({ spare: { safe: false } }) });
}

async function lost(contract: Partial<OutputContract>) {
  const bench = await opened(contract);
  const levels: boolean[] = [];
  bench.twins.watch.chip.watchLevel(7, (level) => levels.push(level));
  await bench.run("boiler", "light");
  bench.twins.boiler.unplug();
  await bench.clock.advance(5000);
  expect(bench.thing("boiler").state).toBe("disconnected");
  const meanwhile = bench.twins.watch.chip.level(7);
  bench.twins.boiler.plug();
  await bench.clock.advance(60_000);
  expect(bench.thing("boiler").state).toBe("ready");
  return { bench, levels, meanwhile };
}

test("a pin goes safe when the link is lost, unless it is to hold", async () => {
  const { meanwhile, levels } = await lost({});
  expect([meanwhile, levels]).toEqual([false, [true, false]]);
});

test("a pin that holds stays driven without its Thing, and goes safe when that is opened again", async () => {
  const { meanwhile, levels } = await lost({ onDisconnect: "hold" });
  expect([meanwhile, levels]).toEqual([true, [true, false]]);
});

test("a pin that holds until and through the next opening never changes", async () => {
  const { bench, levels } = await lost({ onDisconnect: "hold", onStart: "hold" });
  expect(levels).toEqual([true]);
  // It is its Thing's again.
  await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  expect(levels).toEqual([true, false]);
});

test("a pin that holds without its Thing still obeys the emergency stop, and its limit", async () => {
  for (const limit of [true, false]) {
    const bench = await opened({ onDisconnect: "hold", ...(limit && { maxOnMs: 30_000 }) });
    await bench.run("boiler", "light");
    bench.twins.boiler.unplug();
    await bench.clock.advance(20_000);
    expect(bench.twins.watch.chip.level(7)).toBe(true);
    if (limit) await bench.clock.advance(10_000);
    else await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
    expect(bench.twins.watch.chip.level(7)).toBe(false);
    await bench.close();
  }
});

test("what is behind the cable is left to itself when that is lost, and made safe when it is back, unless it holds", async () => {
  for (const onStart of ["safe", "hold"] as const) {
    const one = boiler({ onDisconnect: "hold", onStart });
    const bench = await openBench({ boiler: one });
    await bench.write("boiler", "on", true);
    bench.twins.boiler.unplug();
    await bench.clock.advance(5000);
    bench.twins.boiler.plug();
    await bench.clock.advance(60_000);
    expect([bench.thing("boiler").state, one.state.on]).toEqual(["ready", onStart === "hold"]);
    await bench.close();
    expect(one.state.on).toBe(false);
  }
});

test("a fault of the driver makes safe what would hold", async () => {
  const one = relay({ lamp: { safe: false, onDisconnect: "hold", onStop: "hold" } });
  const bench = await openBench({ relay: one });
  await bench.run("relay", "put", { on: true });
  one.device.fail();
  await bench.clock.advance(10);
  expect(bench.twins.relay.level("lamp")).toBe(false);
});

test("when a lease is lost its outputs go safe but those that hold", async () => {
  const one = relay({ heater: { safe: false }, lamp: { safe: false, onLeaseLoss: "hold" } });
  const bench = await openBench({ relay: one });
  await bench.run("relay", "put", { on: true });
  one.device.kept.length = 0;
  await bench.clock.until(bench.thing("relay").leaseLost());
  expect(["heater", "lamp"].map((name) => bench.twins.relay.level(name))).toEqual([false, true]);
  expect(one.device.kept).toEqual([["lamp"]]);
});

test("what cuts an output off does so when its link is lost, its stop fails, an emergency or a lease is not confirmed", async () => {
  const causes = {
    link: async (bench: Awaited<ReturnType<typeof cuttable>>["bench"]) => {
      bench.twins.boiler.unplug();
      await bench.clock.advance(1000);
    },
    emergency: async (bench: Awaited<ReturnType<typeof cuttable>>["bench"]) => {
      await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
    },
    lease: async (bench: Awaited<ReturnType<typeof cuttable>>["bench"]) => {
      await expect(bench.clock.until(bench.thing("boiler").leaseLost())).rejects.toThrow("does not obey");
    },
    stop: async (bench: Awaited<ReturnType<typeof cuttable>>["bench"]) => {
      await bench.ended(bench.start("boiler", "stop"));
    },
    ladder: async (bench: Awaited<ReturnType<typeof cuttable>>["bench"]) => {
      const run = bench.start("boiler", "hang");
      await bench.clock.advance(10);
      await bench.cancel(run);
      await bench.ended(run);
    },
  };
  for (const [name, cause] of Object.entries(causes)) {
    const { bench, state } = await cuttable();
    if (name !== "link") state.obeys = false;
    await cause(bench);
    expect([name, bench.twins.power.level("supply")]).toEqual([name, false]);
    await bench.close();
  }
});

async function cuttable() {
  const one = boiler();
  // What cuts it off would keep its power in an emergency.
  const power = relay({ supply: { safe: false, emergency: "keep" } });
  const bench = await openBench({
    power,
    boiler: { ...one, outputs: { element: { cutBy: "power.supply" } } },
  });
  await bench.run("power", "put", { on: true });
  await bench.write("boiler", "on", true);
  expect(bench.twins.power.level("supply")).toBe(true);
  return { bench, state: one.state };
}

test("a device that comes with the power that cuts it off does not lose it because it was absent", async () => {
  const one = boiler();
  const power = relay({ supply: { safe: false } });
  const bench = await openBench({ power, boiler: { ...one, outputs: { element: { cutBy: "power.supply" } } } });
  bench.twins.boiler.unplug();
  await bench.clock.advance(1000);
  await bench.run("power", "put", { on: true });
  await bench.clock.advance(120_000);
  expect(bench.twins.power.level("supply")).toBe(true);
});

test("a driver is asked to make safe nothing that stays as it is: many know of one output, and heed no list", async () => {
  const one = boiler({ onLeaseLoss: "hold", emergency: "keep", onDisconnect: "hold", onStart: "hold" });
  let asked = 0;
  const { open } = one.definition;
  const heedless = defineThing({
    ...one.definition,
    async open(context: Parameters<typeof open>[0]) {
      const handlers = await open(context);
      const safe = () => {
        asked++;
        return handlers.safe?.([]);
      };
      return { ...handlers, safe };
    },
  });
  const bench = await openBench({ boiler: { ...one, definition: heedless } });
  await bench.write("boiler", "on", true);
  asked = 0;
  await bench.clock.until(bench.thing("boiler").leaseLost());
  await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  await bench.clock.until(bench.gateway.emergencyStop.clear("ada"));
  bench.twins.boiler.unplug();
  await bench.clock.advance(1000);
  bench.twins.boiler.plug();
  await bench.clock.advance(10_000);
  expect([bench.thing("boiler").state, asked, one.state.on]).toEqual(["ready", 0, true]);
});

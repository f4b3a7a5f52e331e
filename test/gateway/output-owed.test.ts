import { expect, test } from "vitest";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineTwin } from "../../src/twin/twin.ts";
import { boiler } from "./boiler.ts";

const holds = { onDisconnect: "hold", onStart: "hold" } as const;

/** A boiler that heats, whose cable was pulled out. */
async function heatingAlone(contract: Parameters<typeof boiler>[0] = {}) {
  const one = boiler({ ...holds, ...contract });
  const bench = await openBench({ boiler: one });
  const { number } = await bench.gateway.leases.take("boiler", "ada", { seconds: 3600, note: "", onLoss: "finish" });
  await bench.clock.until(bench.thing("boiler").write("on", true, { requestedBy: "ada", leases: [number] }));
  bench.twins.boiler.unplug();
  await bench.clock.advance(1000);
  const plugged = async () => {
    bench.twins.boiler.plug();
    await bench.clock.advance(60_000);
    return [bench.thing("boiler").state, one.state.on];
  };
  return { bench, one, plugged };
}

test("what holds while its link is lost is found as it was left", async () => {
  const { plugged } = await heatingAlone();
  expect(await plugged()).toEqual(["ready", true]);
});

test("an emergency stop that could not be told to a device that holds is told when it is back", async () => {
  const { bench, plugged } = await heatingAlone();
  const { things } = await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  expect(things["boiler"]?.confirmed).toBe(false);
  expect(await plugged()).toEqual(["ready", false]);
});

test("what was to be left on in an emergency is left on all the same", async () => {
  const { bench, plugged } = await heatingAlone({ emergency: "keep" });
  await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  expect(await plugged()).toEqual(["ready", true]);
});

test("an output whose time was over while its link was lost does not stay on when that is back", async () => {
  const { bench, plugged } = await heatingAlone({ maxOnMs: 60_000 });
  await bench.clock.advance(100_000);
  expect(await plugged()).toEqual(["ready", false]);
});

test("an output whose user has gone while its link was lost does not stay on when that is back", async () => {
  const { bench, plugged } = await heatingAlone();
  bench.gateway.leases.break("boiler", "bob", "she is at lunch");
  await bench.clock.advance(1000);
  expect(await plugged()).toEqual(["ready", false]);
});

test("once it has obeyed it holds again", async () => {
  const { bench, one, plugged } = await heatingAlone();
  await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  await plugged();
  await bench.clock.until(bench.gateway.emergencyStop.clear("ada"));
  await bench.clock.until(bench.thing("boiler").write("on", true, { requestedBy: "ada", leases: [1] }));
  bench.twins.boiler.unplug();
  await bench.clock.advance(1000);
  expect([await plugged(), one.state.on]).toEqual([["ready", true], true]);
});

/** A boiler with a lamp at a pin, which holds; its cable can be pulled out. */
async function withLamp(lamp: NonNullable<Parameters<typeof boiler>[1]>) {
  const one = boiler({}, { ...holds, ...lamp });
  const twin = defineTwin((context) => ({ ...one.twin(context), lit: () => context.gpio?.chip.level(0) }));
  const bench = await openBench({ boiler: { ...one, twin, gpio: { lamp: { line: 0 } } } });
  await bench.run("boiler", "light");
  return { bench, boiler: bench.thing("boiler"), lit: () => bench.twins.boiler.lit() };
}

test("the link is lost before a pin has had its turn in an emergency stop: it does not hold then", async () => {
  const { bench, lit } = await withLamp({ afterMs: 2000 });
  void bench.gateway.emergencyStop.trip("ada");
  await bench.clock.advance(100);
  expect(lit()).toBe(true);
  bench.twins.boiler.unplug();
  await bench.clock.advance(3000);
  expect([bench.thing("boiler").state, lit()]).toEqual(["disconnected", false]);
});

test("a pin that holds goes safe when its Thing is reset, also if that cannot be opened", async () => {
  const { bench, boiler, lit } = await withLamp({});
  bench.twins.boiler.unplug();
  await bench.clock.advance(1000);
  expect([boiler.state, lit()]).toEqual(["disconnected", true]);
  const levels: unknown[] = [];
  boiler.observe((news) => news.kind === "state" && levels.push([news.state, lit()]));
  await bench.clock.until(boiler.reset());
  expect([boiler.state, lit(), levels[0]]).toEqual(["disconnected", false, ["opening", false]]);
});

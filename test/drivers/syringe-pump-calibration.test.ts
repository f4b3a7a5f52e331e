import { openBench } from "benchd/testing";
import { expect, test } from "vitest";
import type { TestBenchOptions } from "../../src/testing/open-bench.ts";
import { temporaryFolder } from "../journal/fixture.ts";
import { balance, pump } from "./placed.ts";

/** What is clamped in is wider than the configuration says: each millilitre is 1.031. */
const wider = 27;
const water = { density: 1 };

async function openWeighed(options: TestBenchOptions = {}) {
  const bench = await openBench({ balance, pump: { ...pump, uses: { balance: "balance" } } }, options);
  const twin = bench.twins.pump;
  twin.clamp(wider);
  await bench.write("pump", "rate", 20);
  return { bench, twin };
}

/** Without a balance in its slot: whoever stands there reads what the pan of another one would show, to a tenth of a gram. */
async function openAsked(reads = (grams: number) => grams) {
  let look = () => 0;
  const bench = await openBench({ pump }, { answer: () => reads(Math.round(look() * 10) / 10) });
  const twin = bench.twins.pump;
  twin.clamp(wider);
  let grams = 0;
  twin.world.onLoad((_, more) => {
    grams += more;
  });
  look = () => {
    twin.world.workOut();
    return grams;
  };
  await bench.write("pump", "rate", 20);
  return { bench, twin };
}

async function dosed({ bench, twin }: Awaited<ReturnType<typeof openWeighed>>, volume: number) {
  const before = twin.path.pushed;
  const { error } = await bench.run("pump", "dispense", { volume });
  expect(error).toBeUndefined();
  return twin.path.pushed - before;
}

test("a syringe that is wider than it should be is found out by weight, and later doses are right", async () => {
  const opened = await openWeighed();
  const { bench, twin } = opened;
  expect(await dosed(opened, 5)).toBeCloseTo(5.155, 2);
  const { output, error, delivery } = await bench.run("pump", "calibrate_by_weight", water);
  expect(error).toBeUndefined();
  expect(output).toEqual({ diameter: expect.closeTo(wider, 0), error: expect.closeTo(3.1, 0) });
  expect(delivery).toContainEqual(expect.objectContaining({ thing: "pump", unit: "mL", requested: 15, confirmed: 15 }));
  expect(Math.abs((await dosed(opened, 5)) - 5)).toBeLessThan(0.03);
  expect(await bench.read("pump", "diameter")).toBeCloseTo(wider, 0);
  expect(twin.state.diameter).toBeCloseTo(wider, 0);
  expect(await bench.read("pump", "remaining")).toBeLessThan(twin.path.content + 0.3);
  const [record] = bench.gateway.experiments.calibrations.history("pump", 10);
  expect(record?.points).toHaveLength(3);
  expect(record?.points[0]).toEqual({
    ...{
      name: "stroke 1",
      reference: { value: expect.closeTo(5.15, 1), unit: "mL" },
      measured: { value: 5, unit: "mL" },
    },
    conditions: { mass: { value: expect.closeTo(5.15, 1), unit: "g" }, density: { value: 1, unit: "g/mL" } },
  });
});

test("without a balance in its slot it asks for what another one shows", async () => {
  const { bench, twin } = await openAsked();
  const calibrating = bench.start("pump", "calibrate_by_weight", { ...water, volume: 10 });
  await bench.ended(calibrating);
  expect(calibrating.error).toBeUndefined();
  expect(calibrating.output).toEqual({ diameter: expect.closeTo(wider, 0), error: expect.closeTo(3.1, 0) });
  expect(twin.path.pushed).toBeCloseTo(30 * (wider / 26.59) ** 2, 1);
});

test.each([
  ["who answers reads in ounces", () => openAsked((grams) => grams / 28.35), "so nothing is calibrated"],
  ["the outlet is beside the pan", () => openWeighed(), "so nothing is calibrated"],
  ["there is air in the tube", () => openAsked((grams) => grams - (grams > 6 ? 0.4 : 0)), "from their mean"],
])("nothing is changed when %s", async (what, open, why) => {
  const { bench, twin } = await open();
  if (what.startsWith("the outlet")) twin.obstruct("beside the pan");
  const { error } = await bench.run("pump", "calibrate_by_weight", water);
  expect(error?.message).toContain(why);
  expect(await bench.read("pump", "diameter")).toBe(26.59);
  expect(bench.gateway.experiments.calibrations.history("pump", 1)).toEqual([]);
});

test("a calibration that is cancelled between its strokes has found nothing, and tells what it has dispensed", async () => {
  const { bench, twin } = await openWeighed();
  const calibrating = bench.start("pump", "calibrate_by_weight", water);
  await bench.clock.until(twin.received("RUN"));
  await bench.clock.until(twin.received("RUN"));
  await bench.clock.advance(5000);
  await bench.cancel(calibrating);
  await bench.ended(calibrating);
  expect(calibrating.status).toBe("cancelled");
  expect(calibrating.delivery[0]?.confirmed).toBeCloseTo(twin.path.pushed / (wider / 26.59) ** 2, 2);
  expect(calibrating.delivery[0]?.confirmed).toBeGreaterThan(5);
  expect(bench.gateway.experiments.calibrations.of("pump").validity).toBe("none");
});

test("more than the syringe holds is refused before anything moves", async () => {
  const { bench, twin } = await openWeighed();
  const { error } = await bench.run("pump", "calibrate_by_weight", { volume: 25 });
  expect(error?.message).toContain("more than the 60 mL in the syringe");
  expect(twin.path.pushed).toBe(0);
});

test("the correction outlives a restart, is for its syringe alone, and can be cleared", async () => {
  const stateDirectory = temporaryFolder();
  const first = await openWeighed({ stateDirectory });
  await first.bench.run("pump", "calibrate_by_weight", water);
  await first.bench.close();
  const second = await openWeighed({ stateDirectory });
  expect(Math.abs((await dosed(second, 5)) - 5)).toBeLessThan(0.03);
  await second.bench.close();
  const other = { ...pump, config: { diameter: 26, syringeVolume: 50 } };
  const third = await openBench({ pump: other }, { stateDirectory });
  await third.write("pump", "rate", 10);
  const { error } = await third.run("pump", "dispense", { volume: 1 });
  expect(error?.message).toContain("not of the configured syringe of 26 mm: clear_calibration");
  expect(third.twins.pump.path.pushed).toBe(0);
  await third.run("pump", "clear_calibration");
  expect((await third.run("pump", "dispense", { volume: 1 })).status).toBe("completed");
  await third.close();
});

test("a syringe that turns out to be wide enough for millilitres is dosed in these", async () => {
  const bench = await openBench({
    balance,
    pump: { ...pump, config: { diameter: 13.9, syringeVolume: 10 }, uses: { balance: "balance" } },
  });
  bench.twins.pump.clamp(14.3);
  await bench.write("pump", "rate", 2);
  const { error } = await bench.run("pump", "calibrate_by_weight", { ...water, volume: 2, tolerance: 5 });
  expect(error).toBeUndefined();
  expect(bench.twins.pump.state.volumeUnit).toBe("UL");
  const before = bench.twins.pump.path.pushed;
  expect((await bench.run("pump", "dispense", { volume: 1 })).status).toBe("completed");
  expect(bench.twins.pump.state.volumeUnit).toBe("ML");
  expect(bench.twins.pump.path.pushed - before).toBeCloseTo(1, 1);
});

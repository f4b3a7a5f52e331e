import { DiscreteClock, simulatedBench } from "benchd/testing";
import { expect, test } from "vitest";
import makeHeater from "../../hardware-mocks/heater.ts";
import { SimulatedGpioChip } from "../../src/transport/gpio-simulated.ts";
import { FaultBoard } from "../../src/twin/fault-board.ts";

const line = 12;

async function openHeater(activeLow = false) {
  const clock = new DiscreteClock();
  const chip = new SimulatedGpioChip(clock);
  const wiring = { heater: { line, activeLow } };
  const heater = simulatedBench(clock).place(makeHeater, "heater", {}, { chip, wiring });
  const output = await chip.openOutput(wiring.heater, "test", false);
  const after = async (seconds: number) => {
    await clock.advance(1000 * seconds);
    return heater.bath.temperature(clock.now());
  };
  return { clock, heater, output, after };
}

test.each([false, true])(
  "the bath gets warmer while the pin is active (active low: %s), and cools after",
  async (low) => {
    const { heater, output, after } = await openHeater(low);
    expect([await after(60), heater.power]).toEqual([21, 0]);
    output.write(true);
    const warm = await after(60);
    // 150 W for a minute in 200 g of water.
    expect(warm - 21).toBeCloseTo((150 * 60) / (200 * 4.18), 0);
    output.write(false);
    expect(heater.power).toBe(0);
    expect(await after(60)).toBeLessThan(warm);
  },
);

test("a burnt-out element gives nothing, a welded relay gives all the time, and both can be mended", async () => {
  const { heater, output } = await openHeater();
  output.write(true);
  heater.burnOut();
  expect([heater.driven, heater.power]).toEqual([true, 0]);
  heater.mend();
  heater.weld();
  output.write(false);
  expect([heater.driven, heater.power]).toEqual([false, 150]);
  heater.mend();
  expect(heater.power).toBe(0);
});

test("two heaters in one bath add up", async () => {
  const clock = new DiscreteClock();
  const chip = new SimulatedGpioChip(clock);
  const bench = simulatedBench(clock);
  const [a, b] = [5, 6].map((pin) =>
    bench.place(makeHeater, `h${pin}`, {}, { chip, wiring: { heater: { line: pin } } }),
  );
  a?.weld();
  b?.weld();
  expect(a?.bath.power).toBe(300);
  a?.mend();
  expect(b?.bath.power).toBe(150);
});

test("its faults last until they are ended", async () => {
  const { heater, output } = await openHeater();
  const faults = new FaultBoard(heater);
  faults.apply("welded", {});
  expect(heater.power).toBe(150);
  faults.apply("burnt_out", {});
  expect(heater.power).toBe(0);
  faults.end("burnt_out");
  expect(heater.power).toBe(150);
  faults.end("welded");
  expect(heater.power).toBe(0);
  output.write(true);
  expect(heater.power).toBe(150);
});

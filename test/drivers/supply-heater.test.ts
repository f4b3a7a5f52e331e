import { openBench } from "benchd/testing";
import { expect, test } from "vitest";
import definition from "../../drivers/supply-heater.ts";
import { bathSupply } from "./bath-supply.ts";
import { bathProbe } from "./probe.ts";

async function openHeater() {
  const bench = await openBench({
    probe: bathProbe(),
    supply: bathSupply(),
    heater: {
      definition,
      config: { maxTemperature: 80, maxVoltage: 24 },
      uses: { probe: "probe", supply: "supply" },
    },
  });
  await bench.clock.advance(3000);
  const { supply, probe } = bench.twins;
  const advance = (seconds: number) => bench.clock.advance(1000 * seconds);
  const read = (property: string) => bench.read("heater", property);
  return { bench, probe, supply: supply.state, bath: supply.bath, advance, read };
}

test("it brings the bath to its temperature by the voltage of the supply", async () => {
  const { bench, supply, bath, advance, read } = await openHeater();
  const run = bench.start("heater", "heat_to", { temperature: 40 });
  await advance(5);
  expect(supply).toMatchObject({ voltage: 24, output: true });
  await bench.ended(run);
  await advance(600);
  expect(bath.temperature(bench.clock.now())).toBeCloseTo(40, 0);
  expect([supply.voltage < 12, await read("state")]).toEqual([true, "holding"]);
});

test("the supply is told no more than it needs to know", async () => {
  const { bench, supply, advance } = await openHeater();
  await bench.write("heater", "setpoint", 40);
  await advance(1300);
  const before = supply.writes;
  await advance(60);
  expect(supply.writes - before).toBeLessThan(60);
  await bench.write("heater", "setpoint", null);
  const off = supply.writes;
  await advance(60);
  expect([supply.output, supply.writes]).toEqual([false, off]);
});

test("what somebody sets at the supply is set again", async () => {
  const { bench, supply, advance } = await openHeater();
  await bench.write("heater", "setpoint", 60);
  await advance(2);
  await bench.write("supply", "output", false);
  await advance(6);
  expect(supply.output).toBe(true);
});

test.each(["a cancel", "an emergency stop", "a probe that is lost"])(
  "%s switches the output off for good",
  async (what) => {
    const { bench, probe, supply, advance, read } = await openHeater();
    const run = bench.start("heater", "heat_to", { temperature: 60 });
    await advance(5);
    expect(supply.output).toBe(true);
    if (what === "a cancel") await bench.cancel(run);
    else if (what === "a probe that is lost") probe.fail();
    else {
      const { things } = await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
      expect(things["heater"]).toEqual({ confirmed: true });
    }
    await bench.ended(run);
    await advance(60);
    expect([supply.output, await read("setpoint")]).toEqual([false, null]);
  },
);

test("a supply that does not switch off when it is told to is soon told again, and no slower for being off", async () => {
  const { bench, supply, advance } = await openHeater();
  await bench.write("heater", "setpoint", 60);
  await advance(2);
  supply.refuses = true;
  await expect(bench.write("heater", "setpoint", null)).rejects.toThrow("refuses");
  const before = supply.refusals;
  // For a second it is seen whether it stops by itself; a quarter of one later it is told again.
  await advance(20);
  expect(supply.refusals - before).toBeGreaterThan(14);
  supply.refuses = false;
  await advance(1.5);
  expect(supply.output).toBe(false);
});

test("a supply that does not obey is a fault, and is told to switch off until it does", async () => {
  const { bench, supply, advance, read } = await openHeater();
  await bench.write("heater", "setpoint", 60);
  await advance(5);
  supply.refuses = true;
  await advance(20);
  expect([await read("fault"), supply.output]).toEqual(["it cannot be driven: the supply refuses", true]);
  supply.refuses = false;
  await advance(1);
  expect([await read("state"), supply.output]).toEqual(["fault", false]);
});

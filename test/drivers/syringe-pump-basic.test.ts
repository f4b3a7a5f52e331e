import { openBench } from "benchd/testing";
import { expect, test } from "vitest";
import twin from "../../hardware-mocks/syringe-pump.ts";
import { DeviceFaultError } from "../../src/errors.ts";
import { pump } from "./placed.ts";

const placed = { ...pump, config: { ...pump.config, mode: "basic" } };

/** The pump as a gateway that was killed in Safe mode has left it. */
const leftInSafeMode = (...made: Parameters<typeof twin>) => {
  const device = twin(...made);
  device.enter({ safe: 5 });
  return device;
};

test("a pump that was left in Safe mode is opened in Basic mode, and stays there", async () => {
  const bench = await openBench({ pump: { ...placed, twin: leftInSafeMode } });
  expect([bench.thing("pump").state, bench.twins.pump.state.safe]).toEqual(["ready", 0]);
  expect(bench.logged.join("\n")).not.toMatch(/noise|nobody waits|out of step/);
  await bench.clock.advance(60_000);
  expect(bench.twins.pump.state).toMatchObject({ safe: 0, alarm: undefined });
});

test.each([0, 50, 58])(
  "address %d: a pump that was off when it was to be brought into Basic mode is opened later",
  async (address) => {
    const off = (...made: Parameters<typeof twin>) => {
      const device = leftInSafeMode(...made);
      device.powerOff();
      return device;
    };
    const bench = await openBench({ pump: { ...placed, twin: off, config: { ...placed.config, address } } });
    expect(bench.thing("pump").state).toBe("disconnected");
    expect(bench.thing("pump").reason).toContain(`no pump answers at address ${String(address).padStart(2, "0")}`);
    bench.twins.pump.powerOn();
    await bench.clock.advance(60_000);
    expect([bench.thing("pump").state, bench.twins.pump.state.safe]).toEqual(["ready", 0]);
  },
);

test("in Basic mode nothing is asked of a pump that nobody asks for, and nobody stops it when the gateway is gone", async () => {
  const bench = await openBench({ pump: placed });
  await bench.write("pump", "rate", 6);
  const asked = bench.twins.pump.commands.length;
  await bench.clock.advance(600_000);
  expect(bench.twins.pump.commands).toHaveLength(asked);
  bench.start("pump", "dispense", { volume: 2 });
  await bench.clock.until(bench.twins.pump.received("RUN"));
  bench.twins.pump.unplug();
  await bench.clock.advance(15_000);
  expect(bench.twins.pump.state.prompt).toBe("I");
});

test("in Basic mode an alarm that a background read carries reaches the running dose", async () => {
  const bench = await openBench({ pump: placed });
  await bench.write("pump", "rate", 6);
  const dose = bench.start("pump", "dispense", { volume: 5 });
  await bench.clock.until(bench.twins.pump.received("RUN"));
  bench.twins.pump.obstruct("blocked");
  for (let n = 0; n < 100 && dose.status === "running"; n++) {
    await bench.read("pump", "state").catch(() => {});
    await bench.clock.advance(90);
  }
  await bench.ended(dose);
  expect(dose.error).toBeInstanceOf(DeviceFaultError);
  expect(dose.delivery[0]?.confirmed).toBeCloseTo(0.5, 2);
});

test("a stop breaks in also where opening had no reason to stop the pump", async () => {
  const outputs = { motor: { onStart: "hold", onCrash: "hold" } } as const;
  const bench = await openBench({ pump: { ...placed, outputs } });
  const run = bench.start("pump", "dispense", { volume: 2 });
  await bench.clock.advance(1000);
  const before = bench.twins.pump.commands.length;
  const stopped = bench.gateway.emergencyStop.trip("ada");
  await bench.clock.advance(20);
  expect(bench.twins.pump.commands[before]).toContain("STP");
  expect((await bench.clock.until(stopped)).things).toMatchObject({ pump: { confirmed: true } });
  await bench.ended(run);
});

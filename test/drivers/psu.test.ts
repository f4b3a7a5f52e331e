import { openBench } from "benchd/testing";
import { expect, test } from "vitest";
import {
  DeviceFaultError,
  DeviceResetError,
  DeviceTimeoutError,
  InputError,
  OperatedLocallyError,
} from "../../src/errors.ts";
import { ph, psu } from "./placed.ts";

async function openSupply() {
  const bench = await openBench({ psu });
  return { bench, twin: bench.twins.psu };
}

async function switchedOn(voltage = 5) {
  const { bench, twin } = await openSupply();
  await bench.write("psu", "current", 2);
  await bench.write("psu", "voltage", voltage);
  await bench.write("psu", "output", true);
  await bench.clock.advance(1000);
  return { bench, twin };
}

test("a supply says who it is, is taken from its keys, and starts with its output off", async () => {
  const { bench, twin } = await openSupply();
  expect(bench.thing("psu").identity).toEqual({
    model: "Agilent Technologies E3647A",
    serialNumber: "MY40000123",
    firmware: "1.7-5.0-1.0",
  });
  expect(twin.local).toBe(false);
  expect(twin.on).toBe(false);
  expect(twin.commands).toContain("VOLT:PROT 18");
});

test("an output that was left on is switched off when the supply is opened", async () => {
  const { bench, twin } = await switchedOn();
  twin.unplug();
  await bench.clock.advance(100);
  expect(twin.on).toBe(true);
  twin.plug();
  await bench.clock.advance(10_000);
  expect(twin.on).toBe(false);
});

test("what is no SCPI instrument is refused", async () => {
  const bench = await openBench({ psu: { ...psu, twin: ph.twin } });
  expect(bench.thing("psu").state).not.toBe("ready");
});

test("a voltage is set, read back, and measured under load", async () => {
  const { bench } = await switchedOn(5);
  expect(await bench.read("psu", "voltage")).toBe(5);
  expect(await bench.read("psu", "measured_voltage")).toBeCloseTo(5, 2);
  expect(await bench.read("psu", "measured_current")).toBeCloseTo(0.5, 2);
  expect(await bench.read("psu", "output")).toBe(true);
});

test("what the configuration forbids never reaches the supply", async () => {
  const { bench, twin } = await openSupply();
  await expect(bench.write("psu", "voltage", 15.1)).rejects.toBeInstanceOf(InputError);
  await expect(bench.write("psu", "current", -1)).rejects.toBeInstanceOf(InputError);
  const ramp = await bench.run("psu", "ramp", { voltage: 16, rate: 1 });
  expect(ramp.error).toBeInstanceOf(InputError);
  expect(twin.commands.filter((command) => /^(VOLT|CURR) /.test(command))).toEqual([]);
});

test("what the supply refuses is told in its own words, and an earlier error is not taken for it", async () => {
  const { bench, twin } = await openSupply();
  twin.fail(-222);
  await bench.write("psu", "voltage", 2);
  expect(bench.logged).toContainEqual(expect.stringContaining("-222"));
  twin.override(/VOLT 3/, () => {
    twin.fail(-222);
    return undefined;
  });
  await expect(bench.write("psu", "voltage", 3)).rejects.toThrow('refuses VOLT 3: -222 "Data out of range"');
  await bench.write("psu", "voltage", 4);
});

test("an error queue that has overflowed is emptied, and what was lost is said", async () => {
  const { bench, twin } = await openSupply();
  for (let each = 0; each < 30; each++) twin.fail(-113);
  twin.override(/CURR 1/, () => {
    for (let each = 0; each < 30; each++) twin.fail(-222);
    return undefined;
  });
  await expect(bench.write("psu", "current", 1)).rejects.toThrow("more were lost");
  expect(twin.errors).toEqual([]);
});

test("a setpoint that the supply rounds too far, or does not take, is an error", async () => {
  const { bench, twin } = await openSupply();
  twin.override(/VOLT 2/, undefined);
  await expect(bench.write("psu", "voltage", 2)).rejects.toThrow("shows a voltage of 0 V");
});

test("a value that cannot be told is null, and the metadata say why", async () => {
  const { bench, twin } = await openSupply();
  const heal = twin.override(/MEAS:CURR\?/, "+9.90000000E+37");
  expect(await bench.read("psu", "measured_current")).toBeNull();
  expect(bench.thing("psu").metadata()["unavailable"]).toEqual({ measured_current: "above its range (9.9e+37)" });
  heal();
  await bench.clock.advance(1000);
  expect(await bench.read("psu", "measured_current")).toBeCloseTo(0, 2);
  expect(bench.thing("psu").metadata()).not.toHaveProperty("unavailable");
});

test("a ramp goes there in steps, no faster than it was told", async () => {
  const { bench, twin } = await switchedOn(1);
  const before = bench.clock.now();
  const ramp = await bench.run("psu", "ramp", { voltage: 5, rate: 2 });
  expect(ramp.output).toEqual({ voltage: 5 });
  expect(bench.clock.now() - before).toBeGreaterThan(1800);
  const steps = twin.commands.filter((command) => /^VOLT \d/.test(command)).map((command) => Number(command.slice(5)));
  const rises = steps.slice(1).map((step, at) => step - (steps[at] ?? 0));
  expect(Math.max(...rises.slice(1))).toBeLessThan(0.41);
});

test("a ramp that is cancelled leaves the voltage where it has come to", async () => {
  const { bench, twin } = await switchedOn(1);
  const ramp = bench.start("psu", "ramp", { voltage: 10, rate: 1 });
  await bench.clock.advance(3000);
  await bench.cancel(ramp);
  await bench.ended(ramp);
  expect(ramp.status).toBe("cancelled");
  const reached = (await bench.read("psu", "voltage")) as number;
  expect(reached).toBeGreaterThan(1);
  expect(reached).toBeLessThan(5);
  await bench.clock.advance(5000);
  expect(twin.on).toBe(true);
  expect(twin.volts).toBeCloseTo(reached, 3);
});

test("stop switches the output off in the middle of a question, and confirms it", async () => {
  const { bench, twin } = await switchedOn(5);
  const reading = bench.gateway.thing("psu").read("measured_voltage");
  reading.catch(() => {});
  await bench.clock.until(twin.received("MEAS:VOLT?"));
  const pressed = bench.clock.now();
  const stop = bench.start("psu", "stop");
  await bench.clock.until(twin.received("OUTP OFF"));
  expect(bench.clock.now() - pressed).toBeLessThan(60);
  expect(twin.on).toBe(false);
  await bench.ended(stop);
  expect(stop.status).toBe("completed");
  expect(twin.errors).toContain(-410);
  await bench.write("psu", "voltage", 1);
  expect(twin.errors).toEqual([]);
});

test("a stop that the supply does not obey is not taken for one", async () => {
  const { bench, twin } = await switchedOn(5);
  twin.override(/OUTP OFF/, undefined);
  const stop = await bench.run("psu", "stop");
  expect(stop.error).toBeInstanceOf(DeviceFaultError);
  expect(stop.error?.message).toContain("still on");
});

test("stop reaches a supply that somebody has taken to its keys", async () => {
  const { bench, twin } = await switchedOn(5);
  twin.pressLocal();
  expect((await bench.run("psu", "stop")).status).toBe("completed");
  expect(twin.on).toBe(false);
});

test.each([
  ["the knob", (twin: { turnKnob(volts: number): void }) => twin.turnKnob(12)],
  ["the output key", (twin: { pressOutput(): void }) => twin.pressOutput()],
])("a ramp ends when somebody uses %s", async (_, use) => {
  const { bench, twin } = await switchedOn(1);
  const ramp = bench.start("psu", "ramp", { voltage: 10, rate: 1 });
  await bench.clock.advance(2000);
  await bench.clock.until(twin.received("*ESR?"));
  twin.pressLocal();
  use(twin);
  await bench.ended(ramp);
  expect(ramp.error).toBeInstanceOf(OperatedLocallyError);
  expect(twin.volts).toBeLessThan(12.1);
});

test("an output is not switched on over a setpoint that somebody has changed", async () => {
  const { bench, twin } = await openSupply();
  await bench.write("psu", "voltage", 3);
  twin.pressLocal();
  twin.turnKnob(12);
  await expect(bench.write("psu", "output", true)).rejects.toThrow("it is 12 V, was set to 3 V");
  expect(twin.on).toBe(false);
  await bench.write("psu", "voltage", 3).catch(() => {});
  await bench.write("psu", "voltage", 3);
  await bench.write("psu", "output", true);
  expect(twin.on).toBe(true);
});

test("an output is not switched on above the limits, whoever set it there", async () => {
  const { bench, twin } = await openSupply();
  twin.pressLocal();
  twin.turnKnob(20);
  await expect(bench.write("psu", "output", true)).rejects.toThrow("more than the limit of 15 V");
  expect(twin.on).toBe(false);
});

test("an output is not switched on without its protection", async () => {
  const { bench, twin } = await openSupply();
  twin.override(/VOLT:PROT\?/, "+2.20000000E+01");
  await expect(bench.write("psu", "output", true)).rejects.toThrow("protection is at 22 V, not 18 V");
  expect(twin.on).toBe(false);
});

test("after a power cut the ramp fails, and the output stays off until the setpoints are written again", async () => {
  const { bench, twin } = await switchedOn(1);
  const ramp = bench.start("psu", "ramp", { voltage: 10, rate: 1 });
  await bench.clock.advance(2000);
  twin.powerCycle();
  await bench.ended(ramp);
  expect(ramp.status).toBe("error");
  await bench.clock.advance(10_000);
  expect(twin.on).toBe(false);
  await expect(bench.write("psu", "output", true)).rejects.toBeInstanceOf(DeviceResetError);
  await bench.write("psu", "voltage", 2);
  await bench.write("psu", "output", true);
  expect(twin.on).toBe(true);
});

test("a power cut that is over before anyone asks is seen all the same", async () => {
  const { bench, twin } = await switchedOn(1);
  twin.powerCycle();
  await bench.clock.advance(5000);
  await expect(bench.write("psu", "output", true)).rejects.toBeInstanceOf(DeviceResetError);
  expect(twin.on).toBe(false);
  expect(twin.local).toBe(false);
});

test("a protection that trips ends the ramp, and is released on request", async () => {
  const { bench, twin } = await switchedOn(1);
  const ramp = bench.start("psu", "ramp", { voltage: 10, rate: 1 });
  await bench.clock.advance(2000);
  twin.overVoltage();
  await bench.ended(ramp);
  expect(ramp.error?.message).toContain("over-voltage protection has tripped");
  expect(await bench.read("psu", "protection")).toEqual({ overVoltage: true, overCurrent: false });
  await expect(bench.write("psu", "output", true)).rejects.toBeInstanceOf(DeviceFaultError);
  expect((await bench.run("psu", "clear_protection")).status).toBe("completed");
  expect(await bench.read("psu", "protection")).toEqual({ overVoltage: false, overCurrent: false });
});

test("a reply that comes too late answers nothing else", async () => {
  const { bench, twin } = await openSupply();
  await bench.write("psu", "voltage", 7);
  twin.delay(3000);
  await expect(bench.read("psu", "voltage")).rejects.toBeInstanceOf(DeviceTimeoutError);
  expect(await bench.read("psu", "current")).toBe(1);
  expect(await bench.read("psu", "voltage")).toBe(7);
});

test("when it is closed the output is off, and the keys are given back", async () => {
  const { bench, twin } = await switchedOn(5);
  await bench.close();
  expect(twin.on).toBe(false);
  expect(twin.local).toBe(true);
});

test("an output that is to hold stays on when benchd is stopped, and goes off when its time is over", async () => {
  const bench = await openBench({ psu: { ...psu, outputs: { output: { onStop: "hold", maxOnMs: 60_000 } } } });
  const twin = bench.twins.psu;
  await bench.write("psu", "output", true);
  await bench.clock.advance(61_000);
  expect(twin.on).toBe(false);
  await bench.write("psu", "output", true);
  await bench.close();
  expect(twin.on).toBe(true);
});

test("a supply that was found switched on is switched off into an exchange by the first emergency stop", async () => {
  const outputs = { output: { onDisconnect: "hold", onStart: "hold" } } as const;
  const { bench, twin } = await found(await openBench({ psu: { ...psu, outputs } }));
  twin.silence(1);
  void bench.read("psu", "measured_voltage").catch(() => {});
  await bench.clock.advance(10);
  void bench.gateway.emergencyStop.trip("the test");
  await bench.clock.advance(50);
  expect(twin.on).toBe(false);
});

/** Switched on, and still so after its cable was pulled and plugged in again. */
async function found<Bench extends Awaited<ReturnType<typeof openSupply>>["bench"]>(bench: Bench) {
  const twin = bench.twins.psu;
  await bench.write("psu", "output", true);
  twin.unplug();
  await bench.clock.advance(100);
  twin.plug();
  await bench.clock.advance(10_000);
  expect([bench.thing("psu").state, twin.on]).toEqual(["ready", true]);
  return { bench, twin };
}

test("who watches the output is told that an emergency stop has switched it off, and the supply is asked nothing for that", async () => {
  const { bench, twin } = await switchedOn();
  const seen: unknown[] = [];
  bench.thing("psu").observe((news) => news.kind === "property" && seen.push([news.name, news.value]));
  await bench.clock.until(bench.thing("psu").emergency());
  const asked = twin.commands.length;
  await bench.clock.advance(2000);
  expect(seen).toEqual([["output", false]]);
  expect(twin.commands.length).toBe(asked);
  await bench.close();
});

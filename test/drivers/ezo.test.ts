import { openBench } from "benchd/testing";
import { expect, test } from "vitest";
import { DeviceFaultError, DeviceResetError, DeviceTimeoutError, InputError } from "../../src/errors.ts";
import { ec, ph, rtd } from "./placed.ts";

async function openPh() {
  const bench = await openBench({ ph });
  return { bench, twin: bench.twins.ph };
}

test.each([
  ["pH", { meter: ph }, { model: "EZO-pH", firmware: "2.14" }],
  ["EC", { meter: ec }, { model: "EZO-EC", firmware: "2.15" }],
  ["RTD", { meter: rtd }, { model: "EZO-RTD", firmware: "2.10" }],
] as const)(
  "an EZO-%s circuit fresh from the factory is told to speak only when it is asked",
  async (_, things, who) => {
    const bench = await openBench(things);
    expect(bench.thing("meter").identity).toEqual(who);
    expect(bench.twins.meter.continuous).toBe(false);
    expect(bench.twins.meter.commands.slice(0, 4)).toEqual(["i", "Status", "*OK,1", "C,0"]);
  },
);

test.each([
  [{ meter: { ...ph, twin: ec.twin } }, "an EZO pH circuit is expected, but an EZO EC circuit answers"],
  [{ meter: { ...ec, twin: rtd.twin } }, "an EZO EC circuit is expected, but an EZO RTD circuit answers"],
  [{ meter: { ...rtd, twin: ph.twin } }, "an EZO RTD circuit is expected, but an EZO pH circuit answers"],
])("another circuit than the driver is for is refused", async (things, why) => {
  const bench = await openBench(things);
  expect(bench.thing("meter").state).toBe("faulted");
  expect(bench.thing("meter").reason).toBe(`${why}: connect the right one, then reset it (DELETE /{thing}/quarantine)`);
});

test("a circuit that sleeps is woken by the first command, and obeys the second", async () => {
  const { bench, twin } = await openPh();
  twin.fallAsleep();
  expect(await bench.read("ph", "ph")).toBeCloseTo(3.5, 1);
  expect(twin.asleep).toBe(false);
});

test("a reading that comes unasked is not taken for the answer", async () => {
  const { bench, twin } = await openPh();
  const reading = bench.gateway.thing("ph").read("ph");
  await bench.clock.advance(100);
  twin.say("3.141");
  expect(await bench.clock.until(reading)).toBeCloseTo(3.5, 1);
});

test("measure waits for the electrode to have followed, and tells how far it got", async () => {
  const { bench, twin } = await openPh();
  twin.put(4);
  const before = bench.clock.now();
  const { output } = await bench.run("ph", "measure");
  expect(output).toEqual({ ph: expect.closeTo(7.06 + 0.985 * -3, 1) });
  expect(bench.clock.now() - before).toBeGreaterThan(30_000);
});

test("waiting for an electrode that never comes to rest ends on a cancel", async () => {
  const { bench, twin } = await openPh();
  const measuring = bench.start("ph", "measure", { tolerance: 0.001, seconds: 60 });
  await bench.clock.advance(300_000);
  expect(measuring.status).toBe("running");
  await bench.cancel(measuring);
  await bench.ended(measuring);
  expect(measuring.status).toBe("cancelled");
  expect(twin.commands.at(-1)).toBe("R");
});

test("three points of calibration make the readings right", async () => {
  const { bench, twin } = await openPh();
  for (const [point, buffer] of [
    ["mid", 7],
    ["low", 4],
    ["high", 10],
  ] as const) {
    twin.put(buffer);
    const { error } = await bench.run("ph", "calibrate", { point, ph: buffer, tolerance: 0.01 });
    expect(error).toBeUndefined();
  }
  expect(await bench.read("ph", "calibration_points")).toBe(3);
  twin.put(9.2);
  await bench.clock.advance(100_000);
  expect(await bench.read("ph", "ph")).toBeCloseTo(9.2, 1);
  expect(await bench.read("ph", "slope")).toEqual({
    acid: expect.closeTo(98.5, 0),
    base: expect.closeTo(98.5, 0),
    offset: expect.closeTo(-3.55, 0),
  });
});

test("the middle point is not calibrated again over other points unless that is said", async () => {
  const { bench, twin } = await openPh();
  const calibrate = (point: string, more = {}) => bench.run("ph", "calibrate", { point, ph: 7, seconds: 2, ...more });
  expect((await calibrate("low")).error).toBeInstanceOf(InputError);
  expect((await calibrate("mid")).output).toEqual({ points: 1 });
  const refused = await calibrate("mid");
  expect(refused.error).toBeInstanceOf(InputError);
  expect(refused.error?.message).toContain("clearOthers");
  expect(twin.commands.filter((command) => command.startsWith("Cal,mid"))).toHaveLength(1);
  expect((await calibrate("mid", { clearOthers: true })).output).toEqual({ points: 1 });
  expect((await bench.run("ph", "clear_calibration")).status).toBe("completed");
  expect(await bench.read("ph", "calibration_points")).toBe(0);
});

test.each(["powerCycle", "reset"] as const)(
  "after %s what runs fails, and the temperature compensation is written again",
  async (fault) => {
    const { bench, twin } = await openPh();
    await bench.write("ph", "compensation", 37.5);
    const measuring = bench.start("ph", "measure");
    await bench.clock.advance(3000);
    twin[fault]();
    await bench.ended(measuring);
    expect(measuring.error).toBeInstanceOf(DeviceResetError);
    await bench.clock.advance(10_000);
    expect(twin.electrode.believed).toBe(37.5);
    expect(twin.continuous).toBe(false);
    expect((await bench.run("ph", "measure")).status).toBe("completed");
  },
);

test("a compensation that was lost without a word fails the next measurement", async () => {
  const { bench, twin } = await openPh();
  await bench.write("ph", "compensation", 37.5);
  twin.electrode.believed = 25;
  expect((await bench.run("ph", "measure")).error).toBeInstanceOf(DeviceResetError);
});

test("what the circuit does not understand is told as refused", async () => {
  const { bench, twin } = await openPh();
  twin.override(/R/, "*ER");
  await expect(bench.read("ph", "ph")).rejects.toBeInstanceOf(DeviceFaultError);
});

test("a reply that comes too late answers nothing else", async () => {
  const { bench, twin } = await openPh();
  twin.delay(2500);
  await expect(bench.read("ph", "ph")).rejects.toBeInstanceOf(DeviceTimeoutError);
  expect(await bench.read("ph", "compensation")).toBe(25);
  expect(await bench.read("ph", "ph")).toBeCloseTo(3.5, 1);
});

test("a supply out of range is told", async () => {
  const { bench, twin } = await openPh();
  twin.say("*OV");
  await bench.clock.advance(100);
  expect(bench.logged).toContainEqual(expect.stringContaining("above 5.5 V"));
});

test("a conductivity circuit is made to send nothing but the conductivity, and written to no more than it has to be", async () => {
  const bench = await openBench({ ec });
  const { ec: twin } = bench.twins;
  expect(twin.commands.filter((command) => /^[OK],[^?]/.test(command))).toEqual([]);
  twin.switchAllOn();
  expect(await bench.read("ec", "conductivity")).toBeGreaterThan(1000);
  twin.unplug();
  twin.plug();
  await bench.clock.advance(20_000);
  expect(twin.on).toEqual(["EC"]);
  expect(twin.commands.filter((command) => /^[OK],[^?]/.test(command))).toEqual(["O,TDS,0", "O,S,0", "O,SG,0"]);
});

test("a dry probe and two standards make the conductivity right", async () => {
  const bench = await openBench({ ec });
  const calibrate = async (point: string, conductivity: number) => {
    bench.twins.ec.put(conductivity);
    const input = point === "dry" ? { point } : { point, conductivity };
    const { error, output } = await bench.run("ec", "calibrate", { ...input, tolerance: 0.002 });
    expect(error).toBeUndefined();
    return output;
  };
  expect(await calibrate("dry", 0)).toEqual({ points: 0 });
  expect(await calibrate("low", 84)).toEqual({ points: 0 });
  const { reason } = bench.gateway.experiments.calibrations.of("ec");
  expect(reason).toBe("the calibration of ec was not brought to its end: there is only dry and low");
  expect(await calibrate("high", 1413)).toEqual({ points: 2 });
  bench.twins.ec.put(500);
  const { output } = await bench.run("ec", "measure", { tolerance: 0.002 });
  expect(output).toEqual({ conductivity: expect.closeTo(500, -1) });
  const { current, validity } = bench.gateway.experiments.calibrations.of("ec");
  expect([validity, current?.points.map(({ name }) => name)]).toEqual(["valid", ["dry", "low", "high"]]);
  const single = await bench.run("ec", "calibrate", { point: "one", conductivity: 500, seconds: 2 });
  expect(single.error).toBeInstanceOf(InputError);
});

test("the probe follows the bath a few seconds late", async () => {
  const bench = await openBench({ probe: rtd });
  const { bath } = bench.twins.probe.world;
  bath.power = 2000;
  await bench.clock.advance(20_000);
  const truth = bath.temperature(bench.clock.now());
  const read = (await bench.read("probe", "temperature")) as number;
  expect(truth).toBeGreaterThan(60);
  expect(truth - read).toBeGreaterThan(3);
  expect(truth - read).toBeLessThan(10);
});

test("a probe that is missing is an error, not a temperature", async () => {
  const bench = await openBench({ probe: rtd });
  bench.twins.probe.disconnectProbe();
  await expect(bench.read("probe", "temperature")).rejects.toThrow("no probe");
  expect((await bench.run("probe", "measure")).error).toBeInstanceOf(DeviceFaultError);
});

test("a circuit that was left in another scale is set to degrees Celsius when it is opened", async () => {
  const bench = await openBench({ probe: rtd });
  const { probe } = bench.twins;
  let scale = "f";
  probe.override(/S,\?/, () => `?S,${scale}\r*OK`);
  probe.override(/S,c/, () => {
    scale = "c";
    return "*OK";
  });
  probe.unplug();
  probe.plug();
  await bench.clock.advance(20_000);
  expect(bench.thing("probe").state).toBe("ready");
  expect(probe.commands).toContain("S,c");
});

test("a calibrated probe is right", async () => {
  const bench = await openBench({ probe: rtd });
  const { error } = await bench.run("probe", "calibrate", { temperature: 21 });
  expect(error).toBeUndefined();
  expect(await bench.read("probe", "calibrated")).toBe(true);
  expect(await bench.read("probe", "temperature")).toBeCloseTo(21, 1);
  const kept = () => bench.gateway.experiments.calibrations.of("probe").current?.points;
  expect(kept()).toEqual([
    { reference: { value: 21, unit: "Cel" }, measured: { value: expect.closeTo(21, -1), unit: "Cel" } },
  ]);
  await bench.run("probe", "clear_calibration");
  expect(kept()).toBeUndefined();
});

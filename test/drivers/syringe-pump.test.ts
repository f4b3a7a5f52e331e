import { openBench } from "benchd/testing";
import { expect, test } from "vitest";
import definition from "../../drivers/syringe-pump.ts";
import twin from "../../hardware-mocks/syringe-pump.ts";
import { DeviceFaultError, DeviceResetError, InputError, OperatedLocallyError } from "../../src/errors.ts";

const syringe = { diameter: 26.59, syringeVolume: 60 };

async function openPump(config: Readonly<Record<string, unknown>> = syringe) {
  const bench = await openBench({ pump: { definition, twin, config } });
  await bench.write("pump", "rate", 6);
  return { bench, pump: bench.twins.pump };
}

test("a pump that was just switched on opens, and says who it is", async () => {
  const { bench } = await openPump();
  expect(bench.thing("pump").state).toBe("ready");
  expect(bench.thing("pump").identity).toEqual({ model: "NE-1000", firmware: "3.923" });
});

test("dispense pumps the volume, tells what the pump has counted, and takes it from what remains", async () => {
  const { bench, pump } = await openPump();
  const { status, output, delivery, progress } = await bench.run("pump", "dispense", { volume: 2.5 });
  expect({ status, output, progress }).toEqual({ status: "completed", output: { dispensed: 2.5 }, progress: 100 });
  expect(delivery).toEqual([expect.objectContaining({ unit: "mL", requested: 2.5, confirmed: 2.5 })]);
  expect(pump.path.pushed).toBeCloseTo(2.5, 6);
  expect(await bench.read("pump", "remaining")).toBeCloseTo(57.5, 6);
  expect(await bench.read("pump", "state")).toBe("stopped");
});

test("what has more than four digits is rounded, and the rounded volume reported", async () => {
  const { bench, pump } = await openPump();
  const { output } = await bench.run("pump", "dispense", { volume: 12.3456 });
  expect(output).toEqual({ dispensed: 12.35 });
  expect(pump.commands).toContain("VOL12.35");
});

test("a volume that rounds up to five digits is sent with four", async () => {
  const { bench, pump } = await openPump();
  await bench.run("pump", "dispense", { volume: 9.9996 });
  expect(pump.commands).toContain("VOL10.00");
});

test.each([0.0004, 60.5])("%d mL is refused, and nothing moves", async (volume) => {
  const { bench, pump } = await openPump();
  const { status, error } = await bench.run("pump", "dispense", { volume });
  expect(status).toBe("error");
  expect(error).toBeInstanceOf(InputError);
  expect(pump.path.pushed).toBe(0);
});

test("a narrow syringe is dosed in microlitres", async () => {
  const { bench, pump } = await openPump({ diameter: 4.78, syringeVolume: 1 });
  await bench.write("pump", "rate", 0.5);
  const { output } = await bench.run("pump", "dispense", { volume: 0.1234 });
  expect(output).toEqual({ dispensed: 0.1234 });
  expect(pump.state).toMatchObject({ diameter: 4.78, volumeUnit: "UL", volume: 123.4 });
  expect(pump.path.pushed).toBeCloseTo(0.1234, 6);
});

test("settings that are right already are not written again", async () => {
  const { bench, pump } = await openPump();
  await bench.run("pump", "dispense", { volume: 1 });
  const first = pump.commands.length;
  await bench.run("pump", "dispense", { volume: 1 });
  const again = pump.commands.slice(first);
  expect(again.filter((command) => /^(DIA|RAT|VOL|DIR|PF|FUN).+/.test(command))).toEqual([]);
});

test("a withdrawal fills the syringe again", async () => {
  const { bench, pump } = await openPump();
  await bench.run("pump", "dispense", { volume: 3 });
  const { output } = await bench.run("pump", "withdraw", { volume: 2 });
  expect(output).toEqual({ withdrawn: 2 });
  expect(await bench.read("pump", "remaining")).toBeCloseTo(59, 6);
  expect(pump.path.content).toBeCloseTo(59, 6);
});

test("a cancelled dispense stops the motor and tells what was dispensed until then", async () => {
  const { bench, pump } = await openPump();
  const dose = bench.start("pump", "dispense", { volume: 5 });
  await bench.clock.until(pump.received("RUN"));
  await bench.clock.advance(10_000);
  await bench.cancel(dose);
  await bench.ended(dose);
  expect(dose.status).toBe("cancelled");
  expect(pump.state.prompt).toBe("S");
  expect(dose.delivery[0]?.confirmed).toBeCloseTo(pump.path.pushed, 2);
  expect(dose.delivery[0]?.confirmed).toBeCloseTo(1, 1);
  expect(await bench.read("pump", "remaining")).toBeCloseTo(60 - pump.path.pushed, 2);
});

test("stop ends the dose and is confirmed by the prompt", async () => {
  const { bench, pump } = await openPump();
  const dose = bench.start("pump", "dispense", { volume: 5 });
  await bench.clock.until(pump.received("RUN"));
  await bench.clock.advance(3000);
  const stopped = await bench.run("pump", "stop");
  await bench.ended(dose);
  expect([stopped.status, dose.status, dose.reason]).toEqual(["completed", "cancelled", "stopped"]);
  expect(pump.state.prompt).toBe("S");
  const pushed = pump.path.pushed;
  await bench.clock.advance(10_000);
  expect(pump.path.pushed).toBe(pushed);
});

test("a stall fails the dose with what was delivered", async () => {
  const { bench, pump } = await openPump();
  pump.obstruct("blocked");
  const dose = await bench.run("pump", "dispense", { volume: 5 });
  expect(dose.error).toBeInstanceOf(DeviceFaultError);
  expect(dose.error?.message).toContain("stalled");
  expect(dose.delivery[0]?.confirmed).toBeCloseTo(0.5, 2);
});

test("an alarm that a background read carries reaches the running dose", async () => {
  const { bench, pump } = await openPump();
  const dose = bench.start("pump", "dispense", { volume: 5 });
  await bench.clock.until(pump.received("RUN"));
  await bench.clock.advance(2000);
  pump.powerCycle();
  await expect(bench.read("pump", "dispensed")).rejects.toBeInstanceOf(DeviceResetError);
  await bench.ended(dose);
  expect(dose.error).toBeInstanceOf(DeviceResetError);
});

test("the pause key fails the dose, and the pump is stopped, not left paused", async () => {
  const { bench, pump } = await openPump();
  const dose = bench.start("pump", "dispense", { volume: 5 });
  await bench.clock.until(pump.received("RUN"));
  await bench.clock.advance(5000);
  pump.pressStartStop();
  await bench.ended(dose);
  expect(dose.error).toBeInstanceOf(OperatedLocallyError);
  expect(pump.state.prompt).toBe("S");
});

test("a diameter changed at the keypad is put right before the next dose", async () => {
  const { bench, pump } = await openPump();
  await bench.run("pump", "dispense", { volume: 1 });
  pump.enter({ diameter: 10, volumeUnit: "UL" });
  const { output } = await bench.run("pump", "dispense", { volume: 1 });
  expect(output).toEqual({ dispensed: 1 });
  expect(pump.path.pushed).toBeCloseTo(2, 6);
});

test("the rate may be changed while the pump runs", async () => {
  const { bench, pump } = await openPump();
  const dose = bench.start("pump", "dispense", { volume: 5 });
  await bench.clock.until(pump.received("RUN"));
  await bench.write("pump", "rate", 20);
  expect(pump.state.rate).toBe(20);
  const started = bench.clock.now();
  await bench.ended(dose);
  expect(bench.clock.now() - started).toBeLessThan(20_000);
});

test("a rate made very slow at the keypad does not look like a pump that stands", async () => {
  const { bench, pump } = await openPump();
  const dose = bench.start("pump", "dispense", { volume: 5 });
  await bench.clock.until(pump.received("RUN"));
  await bench.clock.advance(2000);
  pump.enter({ rate: 0.005 });
  await bench.clock.advance(60_000);
  expect(dose.status).toBe("running");
  await bench.cancel(dose);
  await bench.ended(dose);
});

test("a pump that falls silent in mid-dose is not waited for", async () => {
  const { bench, pump } = await openPump();
  const dose = bench.start("pump", "dispense", { volume: 5 });
  await bench.clock.until(pump.received("RUN"));
  await bench.clock.advance(2000);
  pump.silence();
  await bench.ended(dose);
  expect(dose.status).toBe("error");
  expect(dose.outcome).toBe("unknown");
  expect(dose.delivery[0]?.uncertain).toBeGreaterThan(4);
});

test("an unplugged pump in Basic mode goes on, and its own counter makes the dose certain when it is back", async () => {
  const { bench, pump } = await openPump({ ...syringe, mode: "basic" });
  const dose = bench.start("pump", "dispense", { volume: 2 });
  await bench.clock.until(pump.received("RUN"));
  await bench.clock.advance(5000);
  pump.unplug();
  await bench.ended(dose);
  expect(dose.status).toBe("error");
  await bench.clock.advance(30_000);
  pump.plug();
  await bench.clock.advance(60_000);
  expect(bench.thing("pump").state).toBe("ready");
  expect(dose.delivery[0]?.confirmed).toBeCloseTo(2, 2);
  expect(await bench.read("pump", "remaining")).toBeCloseTo(58, 2);
});

test("replies in single bytes, and one late one, change nothing", async () => {
  const { bench, pump } = await openPump();
  pump.oneByteChunks();
  const dose = bench.start("pump", "dispense", { volume: 1 });
  await bench.clock.until(pump.received("RUN"));
  pump.delay(300);
  await bench.ended(dose);
  expect(dose.output).toEqual({ dispensed: 1 });
});

test("a pump found paused with an old dose is brought to a stop when it is opened", async () => {
  const bench = await openBench({ pump: { definition, twin, config: syringe } });
  const { pump } = bench.twins;
  await bench.write("pump", "rate", 6);
  pump.enter({ volume: 50 });
  pump.pressStartStop();
  await bench.clock.advance(1000);
  pump.pressStartStop();
  await bench.clock.until(bench.thing("pump").reset());
  expect(bench.thing("pump").state).toBe("ready");
  expect(pump.state.prompt).toBe("S");
});

test("closing leaves the pump standing still", async () => {
  const { bench, pump } = await openPump();
  const dose = bench.start("pump", "dispense", { volume: 50 });
  await bench.clock.until(pump.received("RUN"));
  await bench.clock.advance(2000);
  await bench.close();
  expect(dose.status).toBe("cancelled");
  expect(pump.state.prompt).toBe("S");
});

test("closing stops a pump that someone has started at its keys", async () => {
  const { bench, pump } = await openPump();
  pump.enter({ volume: 50 });
  pump.pressStartStop();
  await bench.close();
  expect(pump.state.prompt).toBe("S");
});

test("a counter that a power cut has cleared makes nothing certain", async () => {
  const { bench, pump } = await openPump();
  const dose = bench.start("pump", "dispense", { volume: 2 });
  await bench.clock.until(pump.received("RUN"));
  await bench.clock.advance(5000);
  pump.unplug();
  await bench.ended(dose);
  const [before] = dose.delivery;
  pump.powerCycle();
  pump.plug();
  await bench.clock.advance(60_000);
  expect(bench.thing("pump").state).toBe("ready");
  expect(before?.uncertain).toBeGreaterThan(1);
  expect(dose.delivery[0]).toEqual(before);
});

test("a stop is heard at once, although a reply is being waited for", async () => {
  const { bench, pump } = await openPump();
  bench.start("pump", "dispense", { volume: 5 });
  await bench.clock.until(pump.received("RUN"));
  pump.delay(400);
  await bench.clock.until(pump.received("DIS"));
  const asked = bench.clock.now();
  const stop = bench.start("pump", "stop");
  await bench.clock.until(pump.received("STP"));
  expect(bench.clock.now() - asked).toBeLessThan(10);
  await bench.ended(stop);
  expect([stop.status, pump.state.prompt]).toEqual(["completed", "S"]);
});

test("another pump's answer is not taken for this one's", async () => {
  const { bench, pump } = await openPump();
  const restore = pump.override(/DIS/, "07SI1.000W0.000ML");
  await expect(bench.read("pump", "dispensed")).rejects.toThrow("pump 00 is expected");
  restore();
});

test("a dose that someone has ended at the keys is no complete dose", async () => {
  const { bench, pump } = await openPump();
  const dose = bench.start("pump", "dispense", { volume: 5 });
  await bench.clock.until(pump.received("RUN"));
  await bench.clock.advance(5000);
  pump.pressStop();
  pump.pressStop();
  await bench.ended(dose);
  expect(dose.error).toBeInstanceOf(OperatedLocallyError);
  expect(dose.delivery[0]?.confirmed).toBeLessThan(1);
});

test.each([
  ["00II0.100W0.000ML", "claims to move"],
  ["00II9.000W0.000ML", "has moved 9 mL where 5 mL"],
])("a pump that counts %s again and again is not believed", async (counts, text) => {
  const { bench, pump } = await openPump();
  const dose = bench.start("pump", "dispense", { volume: 5 });
  await bench.clock.until(pump.received("RUN"));
  const restore = pump.override(/DIS/, counts);
  await bench.clock.until(pump.received("STP"));
  restore();
  await bench.ended(dose);
  expect(dose.error?.message).toContain(text);
  expect(pump.state.prompt).toBe("S");
});

test("a setting that is taken, but not shown, keeps the pump from starting", async () => {
  const { bench, pump } = await openPump();
  pump.override(/VOL[\d.]+/, "00S");
  const dose = await bench.run("pump", "dispense", { volume: 5 });
  expect(dose.error?.message).toContain("after it was set to 5.000");
  expect(pump.commands).not.toContain("RUN");
});

test("a dose does not go on by itself after a power cut", async () => {
  const { bench, pump } = await openPump();
  const dose = bench.start("pump", "dispense", { volume: 5 });
  await bench.clock.until(pump.received("RUN"));
  expect(pump.state.resumes).toBe(false);
  await bench.clock.advance(1000);
  pump.powerCycle();
  await bench.ended(dose);
  const pushed = pump.path.pushed;
  await bench.clock.advance(60_000);
  expect(pump.path.pushed).toBe(pushed);
});

import { openBench } from "benchd/testing";
import { expect, test } from "vitest";
import definition from "../../drivers/syringe-pump.ts";
import twin from "../../hardware-mocks/syringe-pump.ts";
import { DeviceTimeoutError, InputError } from "../../src/errors.ts";

async function openPump() {
  const bench = await openBench({ pump: { definition, twin, config: { diameter: 26.59, syringeVolume: 60 } } });
  await bench.write("pump", "rate", 6);
  return { bench, pump: bench.twins.pump };
}

async function dosing() {
  const { bench, pump } = await openPump();
  const dose = bench.start("pump", "dispense", { volume: 5 });
  await bench.clock.until(pump.received("RUN"));
  await bench.clock.advance(10_000);
  return { bench, pump, dose };
}

const messages = (invocation: { log: { entries(): readonly { message: string }[] } }) =>
  invocation.log.entries().map(({ message }) => message);

test("a late reading of a stroke does not pass as proof that the line is in step", async () => {
  const { bench, pump, dose } = await dosing();
  await bench.clock.until(pump.received("DIS"));
  await bench.clock.advance(500);
  // Later than anyone waits for, and so is what is asked next.
  pump.delay(700, 2);
  await bench.ended(dose);
  expect(dose.error).toBeInstanceOf(DeviceTimeoutError);
  expect(pump.state.prompt).toBe("S");
  expect(dose.delivery[0]?.confirmed).toBeCloseTo(pump.path.pushed, 2);
});

test("a cancelled dose tells in its log where the pump stopped", async () => {
  const { bench, pump, dose } = await dosing();
  await bench.cancel(dose);
  await bench.ended(dose);
  const stoppedAt = dose.delivery[0]?.confirmed ?? 0;
  expect(stoppedAt).toBeCloseTo(pump.path.pushed, 2);
  expect(messages(dose)).toContain(`the pump stopped at ${stoppedAt} mL of 5 mL`);
});

test("a pump that does not confirm a cancel is told of in words, with the cause", async () => {
  const { bench, pump, dose } = await dosing();
  pump.silence();
  await bench.cancel(dose);
  await bench.ended(dose);
  expect(dose.error?.message).toMatch(/not known whether the pump stands still: .*did not answer/s);
  expect(dose.error?.cause).toBeInstanceOf(DeviceTimeoutError);
  expect(messages(dose).join("\n")).not.toMatch(/[A-Za-z]+Error: /);
});

test("a volume far beyond the syringe is refused with what the syringe has", async () => {
  const { bench } = await openPump();
  const { error } = await bench.run("pump", "dispense", { volume: 90180.360721 });
  expect(error).toBeInstanceOf(InputError);
  expect(error?.message).toContain("90180.361 mL asked, but there are at most 60 mL in the syringe");
});

test("a rate with too many digits is refused in its unit", async () => {
  const { bench } = await openPump();
  await expect(bench.write("pump", "rate", 90180.360721)).rejects.toThrow("at most 9999 mL/min, not 90180.4 mL/min");
});

test("a pump that stands still is opened without being told to stop", async () => {
  const { bench, pump } = await openPump();
  expect(pump.commands).not.toContain("STP");
  expect(bench.logged.join("\n")).not.toMatch(/out of step|nobody waits/);
});

test("a pump that begins to move while it is opened is stopped", async () => {
  const { bench, pump } = await openPump();
  pump.enter({ volume: 50 });
  pump.override(/VER/, () => {
    bench.clock.after(2, () => pump.pressStartStop());
    return "00SNE1000V3.923";
  });
  await bench.clock.until(bench.thing("pump").reset());
  expect(bench.thing("pump").state).toBe("ready");
  expect([pump.commands.includes("STP"), pump.state.prompt]).toEqual([true, "S"]);
});

test("a stop breaks in, also right after opening", async () => {
  const { bench, pump } = await openPump();
  const stop = bench.start("pump", "stop");
  await bench.clock.until(pump.received("STP"));
  await bench.ended(stop);
  expect(stop.status).toBe("completed");
});

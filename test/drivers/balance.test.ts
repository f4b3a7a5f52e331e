import { openBench } from "benchd/testing";
import { expect, test } from "vitest";
import definition from "../../drivers/balance.ts";
import twin from "../../hardware-mocks/balance.ts";
import { DeviceFaultError, DeviceResetError, OperatedLocallyError } from "../../src/errors.ts";

async function openBalance() {
  const bench = await openBench({ balance: { definition, twin } });
  return { bench, balance: bench.twins.balance };
}

test("a balance says who it is", async () => {
  const { bench } = await openBalance();
  expect(bench.thing("balance").identity).toEqual({
    model: "ME203 Standard 220.000 g",
    serialNumber: "B021002593",
    firmware: "1.10 18.6.4.1361.772",
  });
});

test("weigh waits until the weight is stable", async () => {
  const { bench, balance } = await openBalance();
  await bench.clock.advance(2000);
  balance.put(12.5);
  const weighed = await bench.run("balance", "weigh");
  expect(weighed.output).toEqual({ value: expect.closeTo(12.5, 2) });
});

test("waiting for a stable weight ends on a cancel", async () => {
  const { bench, balance } = await openBalance();
  balance.draught(600_000);
  const weighing = bench.start("balance", "weigh");
  await bench.clock.advance(5000);
  await bench.cancel(weighing);
  await bench.ended(weighing);
  expect(weighing.status).toBe("cancelled");
});

test("a weight that never settles is given up after a minute", async () => {
  const { bench, balance } = await openBalance();
  balance.draught(600_000);
  const weighed = await bench.run("balance", "weigh");
  expect(weighed.status).toBe("error");
  expect(bench.clock.now()).toBeLessThan(70_000);
});

test("tare makes what lies on the pan zero", async () => {
  const { bench, balance } = await openBalance();
  balance.put(50);
  await bench.run("balance", "tare");
  balance.put(1);
  const weighed = await bench.run("balance", "weigh");
  expect(weighed.output).toEqual({ value: expect.closeTo(1, 2) });
});

test.each([
  ["pressTare", OperatedLocallyError, "tared or zeroed"],
  ["pressZero", OperatedLocallyError, "tared or zeroed"],
  ["pressUnit", OperatedLocallyError, "unit"],
] as const)("after %s at the keys, a weight is not believed", async (press, Failure, text) => {
  const { bench, balance } = await openBalance();
  // With more than 2 % of its capacity on it, the zero key does nothing.
  balance.put(3);
  await bench.run("balance", "tare");
  balance.put(1);
  await bench.clock.advance(3000);
  balance[press]();
  const weighed = await bench.run("balance", "weigh");
  expect(weighed.error).toBeInstanceOf(Failure);
  expect(weighed.error?.message).toContain(text);
});

test("a weight during which someone tares is not believed, though nobody has asked for a tare", async () => {
  const { bench, balance } = await openBalance();
  balance.put(50);
  const weighing = bench.start("balance", "weigh");
  await bench.clock.advance(500);
  balance.pressTare();
  await bench.ended(weighing);
  expect(weighing.error).toBeInstanceOf(OperatedLocallyError);
});

test("after a power cut the tare has to be set again", async () => {
  const { bench, balance } = await openBalance();
  balance.put(50);
  await bench.run("balance", "tare");
  balance.powerCycle();
  await bench.clock.advance(10_000);
  const weighed = await bench.run("balance", "weigh");
  expect(weighed.error).toBeInstanceOf(DeviceResetError);
  await bench.run("balance", "tare");
  expect((await bench.run("balance", "weigh")).status).toBe("completed");
});

test("PRINT pressed in between neither answers a command nor upsets the next", async () => {
  const { bench, balance } = await openBalance();
  await bench.clock.advance(2000);
  balance.put(50);
  const taring = bench.start("balance", "tare");
  await bench.clock.until(balance.received("T"));
  balance.pressPrint();
  balance.pressPrint();
  await bench.ended(taring);
  expect(taring.status).toBe("completed");
  balance.put(2);
  const weighed = await bench.run("balance", "weigh");
  expect(weighed.output).toEqual({ value: expect.closeTo(2, 2) });
});

test("an overload is told as what it is", async () => {
  const { bench, balance } = await openBalance();
  balance.put(500);
  const weighed = await bench.run("balance", "weigh");
  expect(weighed.error).toBeInstanceOf(DeviceFaultError);
  expect(weighed.error?.message).toContain("too much");
});

test("a line out of step gets back into step without losing the tare", async () => {
  const { bench, balance } = await openBalance();
  balance.put(50);
  await bench.run("balance", "tare");
  balance.delay(1500);
  await expect(bench.read("balance", "weight")).rejects.toThrow("did not answer");
  balance.put(1);
  const weighed = await bench.run("balance", "weigh");
  expect(weighed.output).toEqual({ value: expect.closeTo(1, 2) });
  expect(balance.commands).not.toContain("@");
});

test("a balance that does not answer T leaves the tare unknown, and the action fails", async () => {
  const { bench, balance } = await openBalance();
  await bench.clock.advance(2000);
  const taring = bench.start("balance", "tare");
  await bench.clock.until(balance.received("T"));
  balance.silence(1);
  await bench.ended(taring);
  expect([taring.status, taring.outcome]).toEqual(["error", "unknown"]);
});

import { openBench, type TwinContext } from "benchd/testing";
import { expect, test } from "vitest";
import definition from "../../drivers/syringe-pump.ts";
import twin from "../../hardware-mocks/syringe-pump.ts";
import { DeviceFaultError, DeviceResetError, MalformedReplyError } from "../../src/errors.ts";
import type { OpenByteStream } from "../../src/transport/byte-stream.ts";
import { TimeApart } from "./apart.ts";

const config = { diameter: 26.59, syringeVolume: 60 };

/** `tamper` may change each write on its way to the pump. */
async function openPump(tamper: (text: string) => string = (text) => text) {
  const times: TimeApart[] = [];
  const made = (context: TwinContext) => {
    const time = new TimeApart(context.clock);
    times.push(time);
    const pump = twin({ ...context, clock: time });
    const { open } = pump;
    const tampered: OpenByteStream = async (settings, listener) => {
      const stream = await open(settings, listener);
      const through = (bytes: Uint8Array) => Buffer.from(tamper(Buffer.from(bytes).toString("latin1")), "latin1");
      return { write: (bytes) => stream.write(through(bytes)), close: () => stream.close() };
    };
    return Object.defineProperty(pump, "open", { value: tampered });
  };
  const bench = await openBench({ pump: { definition, twin: made, config } });
  await bench.write("pump", "rate", 6);
  const dosing = async (ms = 3000) => {
    const dose = bench.start("pump", "dispense", { volume: 5 });
    await bench.clock.until(bench.twins.pump.received("RUN"));
    await bench.clock.advance(ms);
    return dose;
  };
  return { bench, pump: bench.twins.pump, dosing, gatewayBlocked: (ms: number) => times[0]?.pass(ms) };
}

const messages = (invocation: { log: { entries(): readonly { message: string }[] } }) =>
  invocation.log.entries().map(({ message }) => message);

test("a pump in Basic mode is brought into Safe mode when it is opened, with its time-out", async () => {
  const { bench, pump } = await openPump();
  expect([bench.thing("pump").state, pump.state.safe]).toEqual(["ready", 5]);
  expect(bench.logged.join("\n")).not.toMatch(/noise|nobody waits|out of step/);
});

test("the pump's own dead-man is published, in Safe mode only", async () => {
  const basic = { definition, twin, config: { ...config, mode: "basic" } };
  const bench = await openBench({ pump: { definition, twin, config }, basic });
  expect(bench.thing("pump").enforcedBy).toEqual({ motor: "device" });
  expect(bench.thing("basic").enforcedBy).toEqual({ motor: "none" });
});

test("a pump is fed while nothing is asked of it, and while it doses slowly", async () => {
  const { bench, pump, dosing } = await openPump();
  await bench.clock.advance(600_000);
  expect(pump.state.alarm).toBeUndefined();
  await bench.write("pump", "rate", 0.05);
  const dose = await dosing(60_000);
  expect([dose.status, pump.state.prompt]).toEqual(["running", "I"]);
});

test("F05: while the gateway is blocked for longer than the time-out, the pump stops, and the dose fails with what was delivered", async () => {
  const { bench, pump, dosing, gatewayBlocked } = await openPump();
  const dose = await dosing();
  const before = pump.path.pushed;
  await gatewayBlocked(60_000);
  expect([pump.state.prompt, pump.state.alarm]).toEqual(["S", "T"]);
  expect(pump.path.pushed - before).toBeLessThan(0.55);
  await bench.ended(dose);
  expect(dose.error).toBeInstanceOf(DeviceFaultError);
  expect(dose.error?.message).toContain("had heard nothing for its time-out");
  expect(dose.delivery[0]).toMatchObject({ confirmed: expect.closeTo(pump.path.pushed, 2), uncertain: 0 });
  expect((await bench.run("pump", "dispense", { volume: 0.5 })).output).toEqual({ dispensed: 0.5 });
});

test("a gateway that is blocked for less than the time-out is waited for", async () => {
  const { bench, dosing, gatewayBlocked } = await openPump();
  const dose = await dosing();
  await gatewayBlocked(2500);
  await bench.ended(dose);
  expect(dose.output).toEqual({ dispensed: 5 });
});

/** From the first byte of a question on its way to after its answer; ms. */
const moments = Array.from({ length: 20 }, (_, n) => 2 * n);

test.each(moments)(
  "an alarm %d ms after a question has begun ends the dose, and no answer is taken for another's",
  async (ms) => {
    let asked = () => {};
    const { bench, pump, dosing } = await openPump((text) => {
      if (text.includes("DIS")) asked();
      return text;
    });
    const dose = await dosing();
    asked = () => {
      asked = () => {};
      bench.clock.after(ms, () => {
        pump.path.content = 0;
        // It notices that it has stalled.
        expect(pump.state.alarm).toBe("S");
      });
    };
    await bench.ended(dose);
    expect(dose.error?.message).toContain("stalled");
    expect(dose.delivery[0]).toMatchObject({ confirmed: expect.closeTo(pump.path.pushed, 2), uncertain: 0 });
    expect(await bench.read("pump", "state")).toBe("stopped");
    expect(await bench.read("pump", "rate")).toBe(6);
    expect(await bench.read("pump", "dispensed")).toBe(dose.delivery[0]?.confirmed);
    expect(bench.thing("pump").state).toBe("ready");
  },
);

test("a power cut ends the dose at once, and what is asked next is answered", async () => {
  const { bench, pump, dosing } = await openPump();
  const dose = await dosing();
  await bench.clock.until(pump.received("DIS"));
  pump.powerCycle();
  await bench.ended(dose);
  expect(dose.error).toBeInstanceOf(DeviceResetError);
  expect(await bench.read("pump", "rate")).toBe(6);
  expect((await bench.run("pump", "dispense", { volume: 0.5 })).output).toEqual({ dispensed: 0.5 });
});

test("a stall ends the dose at once, not only when the pump is asked the next time", async () => {
  const { bench, pump, dosing } = await openPump();
  await bench.write("pump", "rate", 0.5);
  const dose = await dosing();
  pump.obstruct("blocked");
  await bench.ended(dose);
  expect(dose.error?.message).toContain("stalled");
  expect(dose.delivery[0]?.confirmed).toBeCloseTo(pump.path.pushed, 2);
});

test("an alarm while nothing runs is logged, and nothing else", async () => {
  const { bench, pump } = await openPump();
  pump.powerCycle();
  await bench.clock.advance(10_000);
  expect([bench.thing("pump").state, pump.state.alarm]).toEqual(["ready", undefined]);
  expect(bench.logged.filter((line) => line.includes("its power was interrupted"))).toHaveLength(1);
  expect((await bench.run("pump", "dispense", { volume: 0.5 })).output).toEqual({ dispensed: 0.5 });
});

test("an alarm that someone acknowledges at the keys shifts no later answer", async () => {
  const { bench, pump } = await openPump();
  for (let n = 0; n < 3; n++) {
    pump.powerCycle();
    await bench.clock.advance(50);
    pump.pressStop();
    await bench.clock.advance(20);
  }
  await bench.clock.advance(3000);
  expect(await bench.read("pump", "rate")).toBe(6);
  expect(await bench.read("pump", "dispensed")).toBe(0);
});

test("a command that is damaged on its way is said again, also the one that starts the motor", async () => {
  let damage = 2;
  const { bench, pump } = await openPump((text) =>
    text.includes("RUN") && damage-- > 0 ? text.replace("RUN", "RUM") : text,
  );
  expect((await bench.run("pump", "dispense", { volume: 0.5 })).output).toEqual({ dispensed: 0.5 });
  expect(pump.path.pushed).toBeCloseTo(0.5, 6);
});

test("a line that damages whatever is sent is not believed to work", async () => {
  let worn = false;
  const { bench } = await openPump((text) => (worn ? text.replace("DIS", "DIT") : text));
  worn = true;
  await expect(bench.read("pump", "dispensed")).rejects.toThrow("the packet was damaged");
});

test("a reply that is damaged on its way fails the dose, which stops and tells what was delivered", async () => {
  const { bench, pump, dosing } = await openPump();
  const dose = await dosing();
  pump.garble();
  await bench.ended(dose);
  expect(dose.error).toBeInstanceOf(MalformedReplyError);
  expect([pump.state.prompt, dose.delivery[0]?.confirmed]).toEqual(["S", expect.closeTo(pump.path.pushed, 2)]);
});

test("an orderly end leaves the pump in Basic mode and without an alarm", async () => {
  const { bench, pump, dosing } = await openPump();
  await dosing();
  await bench.close();
  await bench.clock.advance(60_000);
  expect(pump.state).toMatchObject({ safe: 0, prompt: "S", alarm: undefined });
  expect(bench.logged.join("\n")).not.toMatch(/noise|nobody waits/);
});

test("a pump that nobody spoke to any more stands still, and its counter makes the dose certain when it is opened again", async () => {
  const { bench, pump, dosing } = await openPump();
  const dose = await dosing();
  pump.unplug();
  await bench.ended(dose);
  expect([dose.outcome, dose.delivery[0]?.uncertain]).toEqual(["unknown", expect.closeTo(4.8, 1)]);
  await bench.clock.advance(30_000);
  expect(pump.state).toMatchObject({ prompt: "S", alarm: "T" });
  pump.plug();
  while (bench.thing("pump").state !== "opening") await bench.clock.step();
  const found = bench.clock.now();
  while (bench.thing("pump").state === "opening") await bench.clock.step();
  expect(bench.thing("pump").state).toBe("ready");
  expect(bench.clock.now() - found).toBeLessThan(1000);
  expect(dose.delivery[0]).toMatchObject({ confirmed: expect.closeTo(pump.path.pushed, 2), uncertain: 0 });
  expect(pump.path.pushed).toBeLessThan(0.9);
  expect(messages(dose).join("\n")).toContain("no longer uncertain");
  expect(bench.logged.join("\n")).toContain("had heard nothing for its time-out");
});

test("another pump, in Basic mode, that is put in its place in mid-dose is opened as well", async () => {
  const { bench, pump, dosing } = await openPump();
  const dose = await dosing();
  await bench.clock.until(pump.received("DIS"));
  pump.unplug();
  await bench.ended(dose);
  pump.enter({ safe: 0 });
  pump.plug();
  await bench.clock.advance(60_000);
  expect([bench.thing("pump").state, pump.state.safe]).toEqual(["ready", 5]);
});

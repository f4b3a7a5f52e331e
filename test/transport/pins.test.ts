import { describe, expect, it } from "vitest";
import { ambient } from "../../src/context.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { ConfigError, DefinitionError, DeviceFaultError, FencedError, PortBusyError } from "../../src/errors.ts";
import type { Edge, GpioChip, PinWiring } from "../../src/transport/gpio.ts";
import { SimulatedGpioChip } from "../../src/transport/gpio-simulated.ts";
import { openPins } from "../../src/transport/pins.ts";
import { outcome, TestWork } from "./dialogue.ts";

const wiring: Record<string, PinWiring> = {
  heater: { line: 17 },
  brake: { line: 18, activeLow: true },
  door: { line: 22, pull: "up", activeLow: true },
  button: { line: 23, pull: "down", debounceMs: 20 },
};
const outputs = { heater: { safe: 0 }, brake: { safe: true }, fan: { safe: false }, lamp: { safe: 21 } };

const quiet = { log() {}, lost() {} };

async function bench() {
  const clock = new DiscreteClock();
  const chip = new SimulatedGpioChip(clock);
  const pins = await openPins({ chip, wiring, outputs, thing: "oven", ...quiet });
  return { clock, chip, pins };
}

describe("an output", () => {
  it("is first driven with its safe level, never through another one", async () => {
    const { chip, pins } = await bench();
    const levels: boolean[] = [];
    chip.drive(18, true);
    chip.watchLevel(18, (level) => levels.push(level));
    const brake = await pins.output("brake");
    expect(brake.read()).toBe(true);
    expect([chip.level(18), chip.writes(18), levels]).toEqual([false, 1, [false]]);
    expect((await pins.output("heater")).read()).toBe(false);
    expect(chip.holder(17)).toBe("oven.heater");
  });

  it("is written at once and read back", async () => {
    const { chip, pins } = await bench();
    const heater = await pins.output("heater");
    heater.write(true);
    expect([heater.read(), chip.level(17)]).toEqual([true, true]);
    heater.release();
    heater.release();
    expect(chip.level(17)).toBe(false);
    expect(() => heater.write(true)).toThrow(FencedError);
    expect(() => heater.read()).toThrow(FencedError);
    expect(chip.writes(17)).toBe(2);
  });

  it("is not written by work that is fenced", async () => {
    const { clock, chip, pins } = await bench();
    const heater = await pins.output("heater");
    const work = new TestWork(clock);
    work.cancel();
    work.run(() => heater.write(true));
    expect(chip.level(17)).toBe(true);
    work.fence();
    expect(() => work.run(() => heater.write(false))).toThrow(FencedError);
    expect(await outcome(work.run(() => pins.output("brake")))).toBe("FencedError");
    expect(await outcome(work.run(() => pins.input("door")))).toBe("FencedError");
  });

  it("goes back to its safe level, or to another one, whatever work is under way", async () => {
    const { clock, chip, pins } = await bench();
    const heater = await pins.output("heater");
    const brake = await pins.output("brake");
    heater.write(true);
    brake.write(false);
    const work = new TestWork(clock);
    work.fence();
    work.run(() => pins.safe());
    expect([heater.read(), brake.read()]).toEqual([false, true]);
    heater.write(true);
    brake.write(false);
    pins.safe(["brake"]);
    expect([heater.read(), brake.read()]).toEqual([false, false]);
    heater.release();
    pins.safe();
    expect(chip.writes(17)).toBe(5);
  });

  it("is made safe though another one fails", async () => {
    const clock = new DiscreteClock();
    const real = new SimulatedGpioChip(clock);
    const chip: GpioChip = {
      openInput: (...asked) => real.openInput(...asked),
      afterDeath: async () => undefined,
      async openOutput(...asked) {
        const line = await real.openOutput(...asked);
        if (asked[0].line !== 17) return line;
        const broken = () => {
          throw new DeviceFaultError("broken");
        };
        return { ...line, write: broken, release: broken };
      },
    };
    const pins = await openPins({ chip, wiring, outputs, thing: "oven", ...quiet });
    await pins.output("heater");
    const brake = await pins.output("brake");
    brake.write(false);
    expect(() => pins.safe()).toThrow(DeviceFaultError);
    expect(brake.read()).toBe(true);
    expect(() => pins.close()).toThrow(DeviceFaultError);
    expect(real.holder(18)).toBeUndefined();
  });
});

describe("an input", () => {
  it("has logical levels", async () => {
    const { chip, pins } = await bench();
    const door = await pins.input("door");
    expect(door.read()).toBe(false);
    chip.drive(22, false);
    expect(door.read()).toBe(true);
    chip.drive(22, undefined);
    expect(door.read()).toBe(false);
  });

  it("tells its changes from now on, to each who asked, until it is released", async () => {
    const { clock, chip, pins } = await bench();
    const door = await pins.input("door");
    chip.drive(22, false);
    const edges = door.edges();
    chip.drive(22, true);
    await clock.advance(5);
    chip.drive(22, false);
    const seen: Edge[] = [];
    const reading = (async () => {
      for await (const edge of edges) seen.push(edge);
    })();
    await clock.advance(5);
    chip.drive(22, true);
    await clock.advance(0);
    door.release();
    await reading;
    expect(seen).toEqual([
      { rising: false, at: 0 },
      { rising: true, at: 5 },
      { rising: false, at: 10 },
    ]);
    for await (const _ of door.edges()) expect.unreachable();
    expect(() => door.read()).toThrow(FencedError);
    door.release();
  });

  it("keeps 1000 edges for who is slow, the latest ones", async () => {
    const { clock, chip, pins } = await bench();
    const door = await pins.input("door");
    const edges = door.edges();
    for (let change = 0; change < 1500; change++) {
      await clock.advance(1);
      chip.drive(22, change % 2 === 1);
    }
    door.release();
    const seen: Edge[] = [];
    for await (const edge of edges) seen.push(edge);
    expect([seen.length, seen[0]?.at]).toEqual([1000, 501]);
  });

  it("forgets who stops iterating", async () => {
    const { chip, pins } = await bench();
    const door = await pins.input("door");
    const edges = door.edges();
    chip.drive(22, false);
    chip.drive(22, true);
    for await (const edge of edges) {
      expect(edge.rising).toBe(true);
      break;
    }
    for await (const _ of edges) expect.unreachable();
  });

  it("can be waited for, and the wait can be cancelled", async () => {
    const { clock, chip, pins } = await bench();
    const door = await pins.input("door");
    await door.waitFor(false);
    const work = new TestWork(clock);
    const waits = [door.waitFor(true), outcome(work.run(() => door.waitFor(true)))];
    const next = outcome(work.run(async () => door.edges()[Symbol.asyncIterator]().next()));
    work.cancel();
    expect(await waits[1]).toBe("InvocationCancelledError");
    expect(await next).toBe("InvocationCancelledError");
    chip.drive(22, false);
    await waits[0];
    const never = outcome(door.waitFor(false));
    pins.close();
    expect(await never).toBe("FencedError");
  });

  it("does not tell of changes that are shorter than its debounce time", async () => {
    const { clock, chip, pins } = await bench();
    const button = await pins.input("button");
    const edges = button.edges();
    chip.drive(23, true);
    await clock.advance(10);
    chip.drive(23, false);
    await clock.advance(10);
    chip.drive(23, true);
    await clock.advance(19);
    expect(button.read()).toBe(false);
    await clock.advance(1);
    expect(button.read()).toBe(true);
    chip.drive(23, false);
    button.release();
    await clock.advance(100);
    const seen: Edge[] = [];
    for await (const edge of edges) seen.push(edge);
    expect(seen).toEqual([{ rising: true, at: 40 }]);
    expect(clock.nextDue()).toBeUndefined();
  });
});

describe("a pin", () => {
  it("that is not wired, not listed or no pin is refused with what to write", async () => {
    const { pins } = await bench();
    await expect(pins.input("lid")).rejects.toThrow(ConfigError);
    await expect(pins.input("lid")).rejects.toThrow(/add "lid: \{ line: <BCM number> \}"/);
    await expect(pins.input("toString")).rejects.toThrow(ConfigError);
    await expect(pins.output("fan")).rejects.toThrow(ConfigError);
    await expect(pins.output("door")).rejects.toThrow(DefinitionError);
    await expect(pins.output("toString")).rejects.toThrow(DefinitionError);
    await expect(pins.output("lamp")).rejects.toThrow(/true or false, not 21/);
  });

  it("belongs to one holder, who is named to others, until it is released", async () => {
    const { chip, pins } = await bench();
    const heater = await pins.output("heater");
    const others = await openPins({ chip, wiring, outputs, thing: "bath", ...quiet });
    await expect(others.output("heater")).rejects.toThrow(/held by oven\.heater/);
    await expect(others.input("heater")).rejects.toBeInstanceOf(PortBusyError);
    heater.release();
    await others.input("heater");
  });

  it("that opens after all were closed is given back", async () => {
    const { chip, pins } = await bench();
    const output = pins.output("brake");
    const input = pins.input("door");
    pins.close();
    await expect(output).rejects.toThrow(FencedError);
    await expect(input).rejects.toThrow(FencedError);
    expect([chip.holder(18), chip.holder(22)]).toEqual([undefined, undefined]);
  });
});

describe("the simulated chip", () => {
  it("has the lines of a Raspberry Pi", async () => {
    const { chip } = await bench();
    expect(chip.level(53)).toBe(false);
    expect(() => chip.level(54)).toThrow(ConfigError);
    await expect(chip.openInput({ line: -1 }, "x")).rejects.toThrow(ConfigError);
  });

  it("keeps the world out of the work that writes, and tells it no more when it does not want to know", async () => {
    const { clock, chip, pins } = await bench();
    const heater = await pins.output("heater");
    const contexts: unknown[] = [];
    const stop = chip.watchLevel(17, () => contexts.push(ambient()));
    new TestWork(clock).run(() => heater.write(true));
    stop();
    heater.write(false);
    expect(contexts).toEqual([undefined]);
  });

  it("lets go of a line only for its holder", async () => {
    const { chip } = await bench();
    const first = await chip.openOutput({ line: 5 }, "first", true);
    first.release();
    await chip.openOutput({ line: 5 }, "second", true);
    first.release();
    expect([chip.holder(5), chip.level(5)]).toEqual(["second", true]);
  });
});

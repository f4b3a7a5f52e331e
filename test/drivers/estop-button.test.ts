import { type Clock, DiscreteClock, openBench } from "benchd/testing";
import { expect, test } from "vitest";
import definition from "../../drivers/estop-button.ts";
import twin from "../../hardware-mocks/estop-button.ts";
import { steeredThing } from "../thing/device.ts";

const debounceMs = 25;
const gpio = { contact: { line: 24, activeLow: true, pull: "up", debounceMs } } as const;

/** A button, and a device that it has to stop. */
async function openButton(make: typeof twin = twin, clock = new DiscreteClock()) {
  const { device, definition: steered } = steeredThing();
  const bench = await openBench(
    { device: { definition: steered }, estop: { definition, twin: make, gpio } },
    { clock },
  );
  const events: string[] = [];
  const values: unknown[] = [];
  bench.thing("estop").observe((news) => {
    if (news.kind === "event") events.push(news.name);
    if (news.kind === "property") values.push(news.value);
  });
  device.calls.length = 0;
  const { emergencyStop } = bench.gateway;
  return { bench, button: bench.twins.estop, device, events, values, emergencyStop };
}

/** Notes when the debounce is over, and when the turn is over in which it was. */
class MarkingClock extends DiscreteClock {
  readonly #order: string[];

  constructor(order: string[]) {
    super();
    this.#order = order;
  }

  override after(ms: number, run: () => void): ReturnType<Clock["after"]> {
    return super.after(ms, () => {
      if (ms === debounceMs) {
        this.#order.push("settled");
        setImmediate(() => this.#order.push("next turn"));
      }
      run();
    });
  }
}

/** As the twin's, but pressed before anybody has opened anything. */
const pressedTwin: typeof twin = (context) => {
  const button = twin(context);
  button.press();
  return button;
};

test("a press trips the emergency stop once, however the contact bounces, and is told", async () => {
  const { bench, button, device, events, values, emergencyStop } = await openButton();
  button.press();
  await bench.clock.advance(100);
  expect(values).toEqual([true]);
  expect(emergencyStop.latch?.by).toBe("estop: the button is pressed, or its wire is broken");
  expect([device.calls, events]).toEqual([["stop", "safe"], ["pressed"]]);
  expect(await bench.read("estop", "pressed")).toBe(true);
});

test("what runs is ended by a press, and nothing new is let in", async () => {
  const { bench, button, device } = await openButton();
  device.act = () => new Promise(() => {});
  const act = bench.start("device", "act");
  await bench.clock.advance(10);
  button.press();
  await bench.ended(act);
  expect([act.status, act.reason]).toEqual(["cancelled", "emergency_stop"]);
  expect(() => bench.start("device", "act")).toThrow("the emergency stop is latched");
});

test("the stop leaves in the very turn in which the contact has settled", async () => {
  const order: string[] = [];
  const { bench, button, device } = await openButton(twin, new MarkingClock(order));
  device.stop = async () => void order.push("stop");
  button.shake(1000);
  await bench.clock.advance(100);
  expect(order).toEqual(["settled", "stop", "next turn"]);
});

test("a broken wire trips it", async () => {
  const { bench, button, emergencyStop } = await openButton();
  button.breakWire();
  await bench.clock.advance(100);
  expect(emergencyStop.latch).toBeDefined();
});

test("a button that is pressed already when the gateway starts trips it, before anything can be asked for", async () => {
  const { bench, emergencyStop, events } = await openButton(pressedTwin);
  expect(emergencyStop.latch).toBeDefined();
  expect(() => bench.start("device", "act")).toThrow("the emergency stop is latched");
  expect([bench.thing("estop").state, events]).toEqual(["ready", []]);
});

test("releasing the button clears nothing, and the next press stops everything again", async () => {
  const { bench, button, device, events, emergencyStop } = await openButton();
  button.press();
  await bench.clock.advance(100);
  button.release();
  await bench.clock.advance(1000);
  expect(emergencyStop.latch).toBeDefined();
  device.calls.length = 0;
  button.press();
  await bench.clock.advance(100);
  expect([device.calls, events]).toEqual([
    ["stop", "safe"],
    ["pressed", "released", "pressed"],
  ]);
});

test("while the button is pressed nobody can clear the stop; once it is released somebody can", async () => {
  const { bench, button, emergencyStop } = await openButton();
  button.press();
  await bench.clock.advance(100);
  await expect(emergencyStop.clear("ada")).rejects.toThrow("estop is still pressed, or its wire is broken");
  button.release();
  await bench.clock.advance(100);
  await emergencyStop.clear("ada");
  expect(emergencyStop.latch).toBeUndefined();
});

test("a contact that opens for less than the debounce is no press", async () => {
  const { bench, button, emergencyStop } = await openButton();
  button.shake(20);
  await bench.clock.advance(100);
  expect(emergencyStop.latch).toBeUndefined();
  button.shake(30);
  await bench.clock.advance(100);
  expect(emergencyStop.latch).toBeDefined();
});

test("a Thing that does not confirm a stop by the button is told in the log", async () => {
  const { bench, button, device } = await openButton();
  device.stop = () => Promise.reject(new Error("jammed"));
  button.press();
  await bench.clock.advance(5000);
  expect(bench.logged.join("\n")).toContain("device has not confirmed the emergency stop: jammed");
});

test("a button that is opened anew while it is pressed trips again, and an earlier opening holds nothing", async () => {
  const { bench, button, device, emergencyStop } = await openButton();
  button.press();
  await bench.clock.advance(100);
  device.calls.length = 0;
  await bench.clock.until(bench.thing("estop").reset());
  expect(device.calls).toContain("stop");
  button.release();
  await bench.clock.advance(100);
  await emergencyStop.clear("ada");
});

test("a contact that can no longer be read trips it; a Thing that is closed does not", async () => {
  for (const closed of [false, true]) {
    const reasons: string[] = [];
    let work = Promise.resolve();
    let lose = () => {};
    const lost = new Promise<void>((resolve) => {
      lose = resolve;
    });
    const edges = async function* () {
      await lost;
      yield* [];
    };
    const pin = { read: () => true, edges, waitFor: () => lost, release() {} };
    const { close } = await definition.open({
      config: {},
      things: {},
      serial: { open: () => Promise.reject(new Error("none")) },
      gpio: { input: async () => pin, output: () => Promise.reject(new Error("none")) },
      output: () => ({ set() {} }),
      spawn: (run) => {
        work = run();
      },
      emit() {},
      changed() {},
      calibration: () => undefined,
      emergencyStop: (reason) => void reasons.push(reason),
    });
    if (closed) await close?.([]);
    lose();
    await work;
    expect(reasons).toEqual(closed ? [] : ["its contact can no longer be read"]);
  }
});

test("a gateway that closes leaves no stop latched", async () => {
  const { bench, emergencyStop } = await openButton();
  await bench.close();
  expect(emergencyStop.latch).toBeUndefined();
});

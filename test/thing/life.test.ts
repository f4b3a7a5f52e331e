import { Type } from "typebox";
import { expect, test } from "vitest";
import { sleep } from "../../src/ambient.ts";
import { DisconnectedError, FencedError } from "../../src/errors.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineThing } from "../../src/thing/define.ts";
import { unhandledRejections } from "../unhandled.ts";
import { never, steeredThing, wiredThing } from "./device.ts";

const unhandled = unhandledRejections();

test("two resets at once leave one opening, and no port behind", async () => {
  const { device, definition, twin } = wiredThing();
  const bench = await openBench({ pump: { definition, twin } });
  const { port } = bench.twins.pump;
  device.opening = () => sleep(200);
  const reset = () => bench.thing("pump").reset();
  await bench.clock.until(Promise.all([reset(), reset()]));
  await bench.clock.advance(60_000);
  expect([bench.thing("pump").state, device.opened, port.held]).toEqual(["ready", 2, 1]);
  await bench.close();
  expect(port.held).toBe(0);
});

test("a port that is lost while its Thing is being closed does not open it again", async () => {
  const { device, definition, twin } = wiredThing();
  const bench = await openBench({ pump: { definition, twin } });
  device.closing = () => sleep(1000);
  const closed = bench.gateway.close();
  await bench.clock.advance(100);
  bench.twins.pump.unplug();
  await bench.clock.until(closed);
  bench.twins.pump.plug();
  await bench.clock.advance(60_000);
  expect([bench.thing("pump").state, device.opened, bench.clock.nextDue()]).toEqual(["closed", 1, undefined]);
});

test("a Thing whose own work fails while it is being opened is faulted, and not ready a moment later", async () => {
  const { device, definition } = steeredThing();
  const bench = await openBench({ pump: { definition } });
  const thing = bench.thing("pump");
  device.watch = () => Promise.reject(new Error("the pump has no motor"));
  device.stop = () => sleep(100);
  const reset = thing.reset();
  await bench.clock.advance(60_000);
  await reset;
  expect([thing.state, thing.reason]).toEqual(["faulted", "the pump has no motor"]);
  await bench.close();
});

test("a Thing that is lost while it is being opened waits for nothing else before it is opened again", async () => {
  const { device, definition, twin } = wiredThing();
  const bench = await openBench({ pump: { definition, twin } });
  device.opening = () => sleep(10_000);
  void bench.thing("pump").reset();
  await bench.clock.advance(100);
  bench.twins.pump.unplug();
  device.opening = () => sleep(10);
  await bench.clock.advance(100);
  bench.twins.pump.plug();
  await bench.clock.advance(1500);
  expect(bench.thing("pump").state).toBe("ready");
  await bench.close();
});

test("a reset and the next attempt to open a lost Thing are one opening", async () => {
  const { device, definition, twin } = wiredThing();
  const bench = await openBench({ pump: { definition, twin } });
  const { clock, thing, twins } = bench;
  const { port } = twins.pump;
  port.close = (stream) => new Promise((resolve) => clock.after(3000, () => resolve(stream.close())));
  twins.pump.unplug();
  twins.pump.plug();
  await clock.advance(100);
  const reset = thing("pump").reset();
  await clock.advance(60_000);
  await reset;
  expect([thing("pump").state, device.opened]).toEqual(["ready", 2]);
  await clock.until(bench.gateway.close());
  expect(port.held).toBe(0);
});

test("a port that does not close keeps the shutdown waiting for a bounded time", async () => {
  const { definition, twin } = wiredThing();
  const bench = await openBench({ pump: { definition, twin } });
  bench.twins.pump.port.close = never;
  await bench.close();
  expect([bench.thing("pump").state, bench.clock.now()]).toEqual(["closed", 5000]);
  expect(bench.logged.join("\n")).toContain("closing its lines was not confirmed");
});

test("a Thing that is being reset takes in no work", async () => {
  const { device, definition } = steeredThing();
  const bench = await openBench({ pump: { definition } });
  device.close = () => sleep(1000);
  const reset = bench.thing("pump").reset();
  await bench.clock.advance(10);
  expect(() => bench.start("pump", "act")).toThrow(/pump is opening/);
  await bench.clock.until(reset);
  expect((await bench.run("pump", "act")).status).toBe("completed");
});

test("a Thing that is lost takes its queue with it, also what waits for others", async () => {
  const [wired, other] = [wiredThing(), steeredThing()];
  const boss = defineThing({
    title: "Boss",
    config: Type.Object({}),
    uses: { pump: wired.definition, other: other.definition },
    actions: { go: { title: "Go", reserves: ["pump", "other"] } },
    open: async () => ({ invoke: { go: () => {} } }),
  });
  const bench = await openBench({
    pump: wired,
    other,
    boss: { definition: boss, uses: { pump: "pump", other: "other" } },
  });
  other.device.act = () => sleep(60_000);
  bench.start("other", "act");
  const [go, move] = [bench.start("boss", "go"), bench.start("pump", "move")];
  bench.twins.pump.unplug();
  await bench.clock.advance(10);
  expect([go, move].map(({ status, startedAt }) => [status, startedAt])).toEqual([
    ["error", undefined],
    ["error", undefined],
  ]);
  bench.twins.pump.plug();
  await bench.clock.advance(60_000);
  expect([bench.thing("pump").state, unhandled]).toEqual(["ready", []]);
});

test("nobody knows what an action has done that loses its port in mid-move", async () => {
  const { definition, twin } = wiredThing();
  const bench = await openBench({ pump: { definition, twin } });
  const run = bench.start("pump", "move");
  await bench.clock.advance(1000);
  bench.twins.pump.unplug();
  await bench.ended(run);
  expect([run.status, run.error?.name, run.outcome]).toEqual(["error", "DisconnectedError", "unknown"]);
});

test("an observer that throws harms neither a write nor the other observers, and is told of", async () => {
  const { definition } = steeredThing();
  const bench = await openBench({ pump: { definition } });
  const seen: unknown[] = [];
  bench.thing("pump").observe(() => {
    throw new Error("a bad observer");
  });
  bench.thing("pump").observe((news) => seen.push(news));
  await bench.write("pump", "gain", 3);
  expect(seen).toEqual([{ kind: "property", name: "gain", value: 3 }]);
  expect(bench.logged).toEqual(["pump: one who watches it failed: Error: a bad observer"]);
});

test("an observer that throws keeps no Thing from ending what it has lost", async () => {
  const { device, definition } = steeredThing();
  let lose = () => {};
  device.watch = () =>
    new Promise<void>((_, reject) => {
      lose = () => reject(new DisconnectedError("gone"));
    });
  const bench = await openBench({ pump: { definition } });
  bench.thing("pump").observe(() => {
    throw new Error("a bad observer");
  });
  device.act = () => sleep(1000);
  const run = bench.start("pump", "act");
  lose();
  await bench.ended(run);
  expect([bench.thing("pump").state, run.status, unhandled]).toEqual(["faulted", "error", []]);
});

test("F03: a Thing that is idle when its driver fails is stopped and safe as well, read no more, and reset after that", async () => {
  const { device, definition } = steeredThing();
  let fail = () => {};
  device.watch = () =>
    new Promise<void>((_, reject) => {
      fail = () => reject(new TypeError("x is not a function"));
    });
  const bench = await openBench({ pump: { definition } });
  const pump = bench.thing("pump");
  device.stop = () => sleep(500);
  device.calls.length = 0;
  fail();
  await bench.clock.advance(100);
  expect([pump.state, device.calls]).toEqual(["faulted", ["stop"]]);
  await expect(pump.read("gain")).rejects.toThrow("pump is faulted: x is not a function");
  device.watch = never;
  await bench.clock.until(pump.reset());
  expect([pump.state, device.calls.slice(0, 2)]).toEqual(["ready", ["stop", "safe"]]);
});

test("an event that a driver tells after its opening is over reaches nobody", async () => {
  const { device, definition } = steeredThing();
  const bench = await openBench({ pump: { definition } });
  const events: unknown[] = [];
  bench.thing("pump").observe((news) => news.kind === "event" && events.push(news.data));
  const { ring } = device;
  ring(1);
  await bench.clock.until(bench.thing("pump").reset());
  expect(() => ring(2)).toThrow(FencedError);
  device.ring(3);
  expect(events).toEqual([1, 3]);
});

test("when everything has ended and is closed, no timer is left", async () => {
  const { device, definition } = steeredThing();
  const bench = await openBench({ pump: { definition } });
  device.act = () => sleep(50);
  for (const action of ["act", "inTime", "stop"]) expect((await bench.run("pump", action)).status).toBe("completed");
  await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  await bench.close();
  expect(bench.clock.nextDue()).toBeUndefined();
});

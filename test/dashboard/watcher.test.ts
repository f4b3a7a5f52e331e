import { beforeEach, describe, expect, it } from "vitest";
import { linesNamed, linesOf, numberIn } from "../../dashboard/plot/line.ts";
import type { Series } from "../../dashboard/plot/series.ts";
import { WatchedGateway } from "./watched-gateway.ts";

let gateway: WatchedGateway;
beforeEach(() => {
  gateway = new WatchedGateway();
});

/** All of it: seconds since now, and values. */
const drawn = (series: Series, from: number) => {
  const { times, values } = series.between(from, gateway.now, { dots: 10_000, held: true });
  return times.map((at, i) => [(at - from) / 1000, values[i]]);
};
const property = (thing: string, name: string, value: unknown) => ({ kind: "property", thing, name, value });

describe("what is watched", () => {
  it("begins with what is read, and goes on with what is told", async () => {
    const from = gateway.now;
    gateway.values.set("ph/ph", 7);
    const { series, stop } = gateway.watcher.watch(gateway.line("ph.ph"));
    await gateway.pass(1000);
    await gateway.tell(property("ph", "ph", 7.1));
    await gateway.pass(1000);
    expect(drawn(series, from)).toEqual([
      [0.02, 7],
      [1, 7.1],
      [2, 7.1],
    ]);
    stop();
  });

  it("is one stream for all of it, and none when nobody looks", async () => {
    const stops = ["ph.ph", "balance.weight.value", "stage.position.x"].map((key) =>
      gateway.watcher.watch(gateway.line(key)),
    );
    await gateway.pass(100);
    expect(gateway.asked.filter((path) => path.startsWith("/events"))).toEqual([
      "/events?thing=balance&thing=ph&thing=stage&kind=property&kind=thingState",
    ]);
    for (const { stop } of stops) stop();
    await gateway.pass(100);
    expect(gateway.listening).toBe(false);
    expect(gateway.clock.nextDue()).toBeUndefined();
  });

  it("is not known from when its Thing is lost until it is ready again, and read", async () => {
    gateway.values.set("ph/ph", 7);
    const { series, stop } = gateway.watcher.watch(gateway.line("ph.ph"));
    await gateway.pass(1000);
    const from = gateway.now;
    await gateway.tell({ kind: "thingState", thing: "ph", state: "disconnected", reason: "unplugged" });
    await gateway.pass(2000);
    expect([series.holds, series.latest?.value]).toEqual([false, 7]);
    gateway.values.set("ph/ph", 5);
    await gateway.tell({ kind: "thingState", thing: "ph", state: "ready", reason: null });
    await gateway.pass(1000);
    expect(drawn(series, from)).toEqual([
      [0, null],
      [2, 5],
      [3, 5],
    ]);
    stop();
  });

  it("is not known while the connection is lost; what is told of that time is known for its moment only", async () => {
    gateway.values.set("ph/ph", 7);
    const { series, stop } = gateway.watcher.watch(gateway.line("ph.ph"));
    await gateway.pass(1000);
    await gateway.tell(property("ph", "ph", 7.5));
    const from = gateway.now;
    await gateway.lose();
    expect(series.holds).toBe(false);
    gateway.values.delete("ph/ph");
    await gateway.pass(2000);
    expect(gateway.listening).toBe(true);
    await gateway.tell(property("ph", "ph", 7.7), 1500);
    expect(drawn(series, from)).toEqual([
      [0, null],
      [0.5, 7.7],
      [0.5, null],
    ]);
    await gateway.tell(property("ph", "ph", 7.8));
    expect([series.holds, series.latest?.value]).toEqual([true, 7.8]);
    stop();
  });

  it("is not known where events are missing, and read anew", async () => {
    gateway.values.set("ph/ph", 7);
    const { series, stop } = gateway.watcher.watch(gateway.line("ph.ph"));
    await gateway.pass(1000);
    const from = gateway.now;
    await gateway.pass(1000);
    await gateway.tell(property("ph", "ph", 7.5));
    gateway.values.set("ph/ph", 5);
    await gateway.pass(2000);
    await gateway.tell({ kind: "gap", why: "missed", missed: 3 });
    expect(drawn(series, from).slice(1)).toEqual([
      [1, 7.5],
      [1, null],
      [3, 5],
    ]);
    stop();
  });

  it("is what was told where a reading comes later that was asked for before", async () => {
    gateway.values.set("ph/ph", 7);
    gateway.slowMs = 500;
    const { series, stop } = gateway.watcher.watch(gateway.line("ph.ph"));
    await gateway.pass(200);
    await gateway.tell(property("ph", "ph", 8));
    await gateway.pass(1000);
    expect(series.last(5).map(({ value }) => value)).toEqual([8]);
    stop();
  });

  it("holds for no longer than a connection that has died in silence was heard of", async () => {
    gateway.values.set("ph/ph", 7);
    const from = gateway.now;
    const { series, stop } = gateway.watcher.watch(gateway.line("ph.ph"));
    await gateway.pass(100);
    // No comment comes, and the client gives up.
    await gateway.pass(60_000);
    expect(drawn(series, from).slice(0, 2)).toEqual([
      [0.02, 7],
      [expect.closeTo(0.02, 0), null],
    ]);
    stop();
  });

  it("is read every some seconds where nobody tells of it", async () => {
    gateway.values.set("dmm/voltage", 3);
    const { series, stop } = gateway.watcher.watch(gateway.line("dmm.voltage", false));
    await gateway.pass(100);
    gateway.values.set("dmm/voltage", 4);
    await gateway.pass(6000);
    expect(series.last(5).map(({ value }) => value)).toEqual([4, 3]);
    gateway.values.delete("dmm/voltage");
    await gateway.pass(5000);
    expect(series.holds).toBe(false);
    stop();
    await gateway.pass(100);
    const asked = gateway.asked.length;
    await gateway.pass(20_000);
    expect(gateway.asked).toHaveLength(asked);
  });

  it("starts anew where the gateway's clock was set back", async () => {
    gateway.values.set("ph/ph", 7);
    const { series, stop } = gateway.watcher.watch(gateway.line("ph.ph"));
    await gateway.pass(1000);
    await gateway.tell(property("ph", "ph", 8), 3_600_000);
    expect(series.ends).toBe(gateway.now - 3_600_000);
    stop();
  });

  it("is what was known before when somebody comes back to it", async () => {
    gateway.values.set("ph/ph", 7);
    const first = gateway.watcher.watch(gateway.line("ph.ph"));
    await gateway.pass(1000);
    first.stop();
    first.stop();
    await gateway.pass(5000);
    const second = gateway.watcher.watch(gateway.line("ph.ph"));
    await gateway.pass(1000);
    expect(second.series.between(0, gateway.now, { dots: 1e9, held: true }).values).toEqual([7, null, 7, 7]);
    second.stop();
  });
});

describe("the numbers of a Thing", () => {
  const number = { type: "number" } as const;
  const xyz = {
    type: "object",
    properties: { x: { ...number, unit: "mm" }, y: number, name: { type: "string" } },
  } as const;
  const lines = linesOf("xy", {
    title: "xy",
    properties: {
      position: { title: "Position", oneOf: [xyz, { type: "null" }], observable: true },
      feed_rate: { type: "integer", unit: "mm/min" },
      state: { type: "string" },
      secret: { ...number, writeOnly: true },
    },
  });

  it("are its properties and their fields, with units, also of what may be null", () => {
    expect(lines.map(({ key, title, unit, observable }) => [key, title, unit, observable])).toEqual([
      ["xy.position.x", "Position › x", "mm", true],
      ["xy.position.y", "Position › y", undefined, true],
      ["xy.feed_rate", "feed_rate", "mm/min", false],
    ]);
  });

  it("are named by their property, all of them, or each by itself", () => {
    const named = (key: string) => linesNamed(key, lines).map((line) => line.key);
    expect(named("xy.position")).toEqual(["xy.position.x", "xy.position.y"]);
    expect(named("xy.position.x")).toEqual(["xy.position.x"]);
    expect(named("xy.pos")).toEqual([]);
  });

  it("are none where the value has something else there", () => {
    expect(numberIn({ x: 1 }, ["x"])).toBe(1);
    for (const [value, path] of [
      [null, ["x"]],
      [{ x: "1" }, ["x"]],
      [{}, ["constructor", "length"]],
      [undefined, []],
    ] as const)
      expect(numberIn(value, path)).toBeNaN();
  });
});

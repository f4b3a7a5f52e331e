import { Type } from "typebox";
import { afterEach, expect, test } from "vitest";
import { InvocationError } from "../../src/errors.ts";
import type { InterlockConfig } from "../../src/gateway/config/config.ts";
import { seenEvent, seenJson } from "../../src/http/access/seen-event.ts";
import { Sight } from "../../src/http/access/sight.ts";
import { Bridge, bridgeEndingMs } from "../../src/mqtt/bridge.ts";
import { Topics } from "../../src/mqtt/topics.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineThing } from "../../src/thing/define.ts";
import { FakeLink, turn } from "./fake-link.ts";

const probe = defineThing({
  title: "Probe",
  config: Type.Object({}),
  properties: { level: { title: "Level", schema: Type.Integer() } },
  actions: { fail: { title: "Fail" }, wait: { title: "Wait" } },
  events: { high: { title: "It is high", data: Type.Object({ level: Type.Integer() }) } },
  async open({ emit }) {
    let level = 0;
    return {
      read: { level: () => level },
      write: {
        level(value) {
          level = value;
          if (level > 10) emit("high", { level });
        },
      },
      invoke: {
        wait: async () => {},
        fail: async () => {
          throw new InvocationError("the other one says no: ask beta or beta.wait");
        },
      },
    };
  },
});

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const full: InterlockConfig = {
  ...{ name: "full", thing: "alpha", property: "level", equals: 0, outputs: [], on: "block" },
  ...{ pollMs: 1000, maxAgeMs: 5000 },
};

async function open(told?: readonly string[], interlocks: readonly InterlockConfig[] = []) {
  const things = { alpha: { definition: probe, config: {} }, beta: { definition: probe, config: {} } };
  const bench = await openBench(things, { interlocks });
  ends.push(() => bench.close());
  const { gateway, clock } = bench;
  const names = told && new Set(told);
  const sight = new Sight(gateway, names);
  const link = new FakeLink();
  const logged: string[] = [];
  const seen = new Map(sight.things);
  const bridge = new Bridge({
    ...{ gateway, link, clock, topics: new Topics({ prefix: "benchd", gateway: "b" }) },
    log: (level, message) => logged.push(`${level}: ${message}`),
    seen: {
      things: seen,
      all: sight.all,
      sees: (thing) => names?.has(thing) ?? true,
      event: (one) => seenEvent(one.event, sight) && seenJson(one, sight),
      text: (words) => sight.text(words),
      description: ({ title }) => JSON.stringify({ title }),
    },
  });
  bridge.begin();
  const kept = (topic: string) => JSON.parse(link.kept.get(`benchd/b/${topic}`) ?? "null");
  const taken = (topic: string) =>
    link.taken.filter((one) => one.topic === `benchd/b/${topic}`).map(({ payload }) => JSON.parse(String(payload)));
  return { bench, bridge, link, kept, taken, things: seen, logged };
}

test("a broker is told how a bench is, and keeps it", async () => {
  const { bench, link, kept } = await open();
  link.connect();
  await bench.write("alpha", "level", 7);
  await link.settle();
  expect([...link.kept.keys()].map((topic) => topic.replace("benchd/b/", ""))).toEqual([
    ...["status", "things", "emergency_stop", "things/alpha/description", "things/alpha/state"],
    ...["things/beta/description", "things/beta/state", "things/alpha/properties/level"],
  ]);
  expect(kept("status")).toMatchObject({ status: "online", reason: null, epoch: bench.gateway.events.epoch });
  expect(kept("things")).toEqual(["alpha", "beta"]);
  expect(kept("things/alpha/state")).toEqual({ title: "Probe", state: "ready", reason: null });
  expect(kept("things/alpha/properties/level")).toMatchObject({ kind: "property", thing: "alpha", value: 7 });
  expect(kept("emergency_stop")).toEqual({ stopped: false, by: null, at: null });
  await bench.gateway.emergencyStop.trip("ada");
  await link.settle();
  expect(kept("emergency_stop")).toMatchObject({ stopped: true });
});

test("events of drivers, and how actions go, are told as they happen, by an id, and not kept", async () => {
  const { bench, link, taken } = await open();
  link.connect();
  await bench.write("alpha", "level", 12);
  await bench.run("alpha", "wait");
  await link.settle();
  expect(taken("things/alpha/events/high")).toEqual([expect.objectContaining({ kind: "event", data: { level: 12 } })]);
  expect(taken("things/alpha/actions/wait").map(({ status }) => status)).toEqual(["pending", "running", "completed"]);
  const told = link.taken.find(({ topic }) => topic.endsWith("/events/high"));
  const [number] = taken("things/alpha/events/high").map((one) => one.number);
  expect(told?.properties?.userProperties).toEqual({ id: `${bench.gateway.events.epoch}-${number}` });
  expect(link.kept.has("benchd/b/things/alpha/events/high")).toBe(false);
});

test("a Thing that is not to be told of is not, by no topic and by no word", async () => {
  const { bench, link, kept } = await open(["alpha"]);
  link.connect();
  await bench.write("beta", "level", 12);
  await bench.run("alpha", "fail");
  await link.settle();
  expect(kept("things")).toEqual(["alpha"]);
  expect(link.taken.length).toBeGreaterThan(5);
  const all = link.taken.map(({ topic, payload }) => `${topic} ${payload}`).join("\n");
  expect(all).toContain("the other one says no: ask another Thing or another Thing");
  expect(all).not.toContain("beta");
});

test("what an earlier run has left at the broker is cleared, and nothing that holds", async () => {
  const { link, kept, taken } = await open();
  for (const left of [
    "things/gone/state",
    "things/gone/description",
    "things/alpha/properties/level",
    "interlocks/old",
  ])
    link.kept.set(`benchd/b/${left}`, "{}");
  link.connect();
  for (const [topic, payload] of [...link.kept]) link.tell(topic, payload, true);
  await link.settle();
  const before = taken("things/alpha/state").length;
  link.tell("benchd/b/things/alpha/state", "{}", true);
  await link.settle();
  expect(taken("things/alpha/state").length).toBe(before);
  expect([...link.kept.keys()].filter((topic) => /gone|old|level/.test(topic))).toEqual([]);
  expect(kept("things/alpha/state")).toMatchObject({ state: "ready" });
});

test("what somebody else clears in the moment in which this gateway takes a name is told again", async () => {
  const { link, kept } = await open();
  link.connect();
  await link.settle();
  link.kept.delete("benchd/b/things/alpha/state");
  link.tell("benchd/b/things/alpha/state", "", true);
  await link.settle();
  expect(kept("things/alpha/state")).toMatchObject({ state: "ready" });
});

test("it looks for what was left for a few seconds only, anew at each connection", async () => {
  const { bench, link } = await open();
  const filters = () => [...link.filters.keys()].length;
  link.connect();
  expect(filters()).toBe(5);
  await bench.clock.advance(5000);
  expect(filters()).toBe(1);
  link.disconnect();
  link.connect();
  expect(filters()).toBe(5);
});

test("a Thing that has gone is gone from the broker; one that is another has none of the old values", async () => {
  const { bench, link, things, kept } = await open();
  link.connect();
  await bench.write("alpha", "level", 7);
  await bench.write("beta", "level", 8);
  await link.settle();
  things.delete("beta");
  bench.gateway.events.add({ kind: "configuration", added: [], removed: ["beta"], changed: ["alpha"] });
  await link.settle();
  expect([...link.kept.keys()].filter((topic) => topic.includes("beta"))).toEqual([]);
  expect(kept("things")).toEqual(["alpha"]);
  expect(kept("things/alpha/state")).toMatchObject({ state: "ready" });
  expect(link.kept.has("benchd/b/things/alpha/properties/level")).toBe(false);
});

test("what comes late of a Thing that has gone is not kept", async () => {
  const { bench, link, things } = await open();
  link.connect();
  things.delete("beta");
  bench.gateway.events.add({ kind: "configuration", added: [], removed: ["beta"], changed: [] });
  bench.gateway.events.add({ kind: "property", thing: "beta", name: "level", value: 9 });
  await link.settle();
  expect([...link.kept.keys()].filter((topic) => topic.includes("beta"))).toEqual([]);
});

test("an interlock that has gone is gone from the broker, and one that has come is there", async () => {
  const { bench, link, kept } = await open(undefined, [full]);
  link.connect();
  await link.settle();
  expect(kept("interlocks/full")).toMatchObject({ name: "full" });
  bench.gateway.interlocks.reconfigure([{ ...full, name: "empty" }], new Set());
  bench.gateway.events.add({ kind: "configuration", added: [], removed: [], changed: [] });
  await link.settle();
  expect([...link.kept.keys()].filter((topic) => topic.includes("interlocks"))).toEqual(["benchd/b/interlocks/empty"]);
});

test("at its end it tells how everything was left, then that it is offline and why", async () => {
  const { bench, bridge, link, kept } = await open();
  link.connect();
  await link.settle();
  await bench.gateway.close();
  const ended = bridge.end("SIGTERM");
  await link.settle();
  await ended;
  expect(kept("things/alpha/state")).toMatchObject({ state: "closed" });
  expect(kept("status")).toMatchObject({ status: "offline", reason: "SIGTERM" });
  expect(link.taken.at(-1)?.topic).toBe("benchd/b/status");
});

test("no broker keeps it from ending: neither one that is away nor one that says nothing", async () => {
  const { bench, bridge, link } = await open();
  await bridge.end("SIGTERM");
  const other = await open();
  other.link.connect();
  let ended = false;
  const ending = other.bridge.end("SIGTERM").then(() => {
    ended = true;
  });
  await other.bench.clock.advance(bridgeEndingMs - 1);
  expect(ended).toBe(false);
  await other.bench.clock.advance(1);
  await ending;
  expect(link.taken).toEqual([]);
  expect(bench.gateway.closing).toBe(false);
});

test("the will of a connection that is no more, which comes late, is contradicted; not more than once a second", async () => {
  const { bench, link, taken } = await open();
  link.connect();
  await link.settle();
  for (let n = 0; n < 10; n++) link.tell("benchd/b/status", '{"status":"offline"}', true);
  link.tell("benchd/b/status", "no JSON");
  await bench.clock.advance(1000);
  await link.settle();
  expect(taken("status").map(({ status }) => status)).toEqual(["online", "online"]);
  link.tell("benchd/b/status", '{"status":"online"}', true);
  await bench.clock.advance(5000);
  await link.settle();
  expect(taken("status").length).toBe(2);
});

test("another gateway of the same name is known by what it says of itself, and that it connects while this one runs", async () => {
  const { link } = await open();
  const other = (connection: number) => JSON.stringify({ status: "offline", epoch: "00aa", connection });
  link.connect();
  link.tell("benchd/b/status", other(1), true);
  link.disconnect();
  link.connect();
  expect(link.contests).toBe(0);
  link.tell("benchd/b/status", other(2), true);
  expect(link.contests).toBe(1);
});

test("an earlier run of this gateway is no other, also where a broker restores what it had told long ago", async () => {
  const { link, bench, bridge, taken } = await open();
  const { epoch } = bench.gateway.events;
  for (const connection of [7, 7, 3]) {
    link.connect();
    expect(JSON.parse(String(bridge.will.payload))).toMatchObject({ epoch, connection: link.connections + 1 });
    link.tell("benchd/b/status", JSON.stringify({ status: "online", epoch: "00aa", connection }), true);
    link.tell("benchd/b/status", JSON.stringify({ status: "offline", epoch: "00aa", connection }), true);
    link.tell("benchd/b/status", JSON.stringify({ status: "offline", epoch, connection: link.connections }), true);
    await link.settle();
    link.disconnect();
  }
  expect(taken("status")).toMatchObject([1, 2, 3].map((connection) => ({ status: "online", epoch, connection })));
  expect(link.contests).toBe(0);
});

test("the probe tells how far behind it is, and asks for no restart", async () => {
  const { bench, bridge, link } = await open();
  await bench.write("alpha", "level", 7);
  expect(bridge.probe.figures?.()).toMatchObject({ connected: 0, missedEvents: 0 });
  const { behindEvents } = bridge.probe.figures?.() ?? {};
  expect(behindEvents).toBe(bench.gateway.events.last);
  link.connect();
  await link.settle();
  expect(bridge.probe.figures?.()).toMatchObject({ connected: 1, connections: 1, behindEvents: 0, inFlight: 0 });
  expect(bridge.probe.restartHelps).toBe(false);
  await turn();
});

test("a broker that confirms nothing is told as a fault, until it does", async () => {
  const { bench, bridge, link } = await open();
  link.connect();
  await turn();
  await bench.clock.advance(29_000);
  expect(bridge.probe.check()).toBeUndefined();
  await bench.clock.advance(1000);
  expect(bridge.probe.check()).toBe("the broker has confirmed nothing for 30 s: look into its log");
  link.take(1);
  await turn();
  expect(bridge.probe.check()).toBeUndefined();
  await link.settle();
  await bench.clock.advance(60_000);
  expect(bridge.probe.check()).toBeUndefined();
});

import type { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DiscreteClock } from "../../../src/discrete-clock.ts";
import { unhandledRejections } from "../../unhandled.ts";
import { Listener } from "../event-stream.ts";
import { type MixerBench, openMixer } from "./mixer.ts";

const unhandled = unhandledRejections();
let bench: MixerBench;
let clientClock: DiscreteClock;
let origin: URL;
let listeners: Listener[];
beforeEach(async () => {
  listeners = [];
  clientClock = new DiscreteClock();
  bench = await openMixer({ clientClock });
  origin = new URL(await bench.app.listen({ host: "127.0.0.1", port: 0 }));
});
afterEach(async () => {
  for (const { socket } of listeners) socket.destroy();
  expect(unhandled).toEqual([]);
});

async function listen(path: string, headers = {}): Promise<Listener> {
  const listener = new Listener(origin, path.startsWith("/") ? path : `/things/mixer/${path}`, {
    accept: "text/event-stream",
    ...headers,
  });
  listeners.push(listener);
  await expect.poll(() => listener.status).toBeGreaterThan(0);
  return listener;
}
const heard = ({ messages }: Listener) => messages.map(({ event, data }) => [event, JSON.parse(data)]);
const write = (name: string, value: unknown, thing = "mixer") =>
  bench.clock.until(bench.gateway.thing(thing).write(name, value));

describe("observing by Server-Sent Events", () => {
  it("tells each new value of a property, under its name, as JSON, with an id of its own", async () => {
    const listener = await listen("properties/speed");
    expect([listener.status, listener.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    await write("heat", true);
    await write("speed", 5);
    await bench.processClock.advance(1000);
    await write("speed", 6);
    await expect
      .poll(() => heard(listener))
      .toEqual([
        ["speed", 5],
        ["speed", 6],
      ]);
    expect(new Set(listener.messages.map(({ id }) => id)).size).toBe(2);
  });

  it("tells those of all that are observable, and of no other Thing", async () => {
    const listener = await listen("properties");
    await write("heat", true);
    await write("gain", 3, "counter");
    await write("speed", 5);
    await expect.poll(() => heard(listener)).toEqual([["speed", 5]]);
  });

  it("tells two Things of the same kind apart, and nothing of what was too large to be told", async () => {
    const listener = await listen("/things/counter/properties");
    bench.gateway.events.add({ kind: "property", thing: "counter", name: "gain", value: null, omitted: true });
    await write("gain", 2, "helper");
    await write("gain", 3, "counter");
    await expect.poll(() => heard(listener)).toEqual([["gain", 3]]);
  });

  it("goes on after the last that a client has heard, when it was cut off", async () => {
    const first = await listen("properties/speed");
    await write("speed", 5);
    await expect.poll(() => first.messages.length).toBe(1);
    await first.leave();
    await bench.processClock.advance(1000);
    await write("speed", 6);
    const second = await listen("properties/speed", { "last-event-id": first.lastEventId });
    await expect.poll(() => heard(second)).toEqual([["speed", 6]]);
  });

  it("is refused where it cannot be: a problem", async () => {
    const answers = ["properties/heat", "properties/nosuch", "events/nosuch"].map((path) =>
      bench.send("GET", path, undefined, { accept: "text/event-stream" }),
    );
    const told = (await Promise.all(answers)).map(({ statusCode, headers }) => [statusCode, headers["content-type"]]);
    const type = "application/problem+json";
    expect(told).toEqual([
      [400, type],
      [404, type],
      [404, type],
    ]);
    const all = await bench.send("GET", "events");
    expect([all.statusCode, all.headers["content-type"]]).toEqual([406, type]);
  });
});

describe("subscribing by Server-Sent Events", () => {
  it("tells of one event, or of all of a Thing, with their data", async () => {
    const one = await listen("events/opened");
    const all = await listen("events");
    bench.device.overheat(80);
    bench.device.open();
    await expect
      .poll(() => heard(all))
      .toEqual([
        ["overheated", 80],
        ["opened", null],
      ]);
    await expect.poll(() => heard(one)).toEqual([["opened", null]]);
  });
});

describe("a long poll", () => {
  it("is answered by the next value of a property", async () => {
    const posted = Promise.resolve(bench.send("GET", "properties/speed?wait=60"));
    while (clientClock.nextDue() === undefined) await clientClock.advance(0);
    await write("speed", 7);
    const answer = await posted;
    expect([answer.statusCode, answer.headers["content-type"], answer.body]).toEqual([200, "application/json", "7"]);
  });

  it("is answered by 204 when nothing came", async () => {
    const answer = await clientClock.until(Promise.resolve(bench.send("GET", "events/overheated?wait=60")));
    expect([answer.statusCode, answer.body]).toEqual([204, ""]);
  });

  it("of a property is answered by its value when it has not changed, unless somebody says what he knows", async () => {
    await write("speed", 4);
    const plain = await clientClock.until(Promise.resolve(bench.send("GET", "properties/speed?wait=60")));
    expect([plain.statusCode, plain.body]).toEqual([200, "4"]);
    const [, next = ""] = /^<http:\/\/[^/]+([^>]+)>/.exec(String(plain.headers.link)) ?? [];
    const known = await clientClock.until(Promise.resolve(bench.send("GET", next)));
    expect([known.statusCode, known.body]).toEqual([204, ""]);
  });

  it("may take an hour, on a connection that the server does not hang up on by then", async () => {
    const sockets: Socket[] = [];
    bench.app.server.on("connection", (socket: Socket) => void sockets.push(socket));
    const answered = fetch(new URL("/things/mixer/events/overheated?wait=3540", origin));
    await expect.poll(() => clientClock.nextDue()).toBeDefined();
    expect(sockets.map(({ timeout }) => timeout)).toEqual([3_570_000]);
    await clientClock.advance(3_539_000);
    bench.device.overheat(99);
    expect(await (await answered).json()).toBe(99);
  });

  it("misses nothing when it follows the link of the one before", async () => {
    const first = await bench.send("GET", "events/overheated?wait=0");
    expect(first.statusCode).toBe(204);
    for (const celsius of [70, 80, 90]) bench.device.overheat(celsius);
    const told: unknown[] = [];
    let link = String(first.headers.link);
    for (let i = 0; i < 3; i++) {
      const [, url = ""] = /^<http:\/\/[^/]+([^>]+)>; rel="next"$/.exec(link) ?? [];
      const answer = await bench.send("GET", url);
      told.push(answer.json());
      link = String(answer.headers.link);
    }
    expect(told).toEqual([70, 80, 90]);
  });

  it("is told that some are missing, and where to go on: events by 410, a property by what it is now", async () => {
    const of = "0123456789ab-1";
    const events = await bench.send("GET", `events/overheated?wait=60&after=${of}`);
    expect([events.statusCode, events.headers["content-type"]]).toEqual([410, "application/problem+json"]);
    expect(events.headers.link).toContain(bench.gateway.events.epoch);
    const property = await bench.send("GET", `properties/speed?wait=60&after=${of}`);
    expect([property.statusCode, property.body]).toEqual([200, "0"]);
    expect(property.headers.link).toContain(bench.gateway.events.epoch);
  });

  it("goes on from the id of a message of the stream, too", async () => {
    const listener = await listen("events/overheated");
    bench.device.overheat(70);
    await expect.poll(() => listener.messages.length).toBe(1);
    bench.device.overheat(80);
    const after = encodeURIComponent(listener.messages[0]?.id ?? "");
    expect((await bench.send("GET", `events/overheated?after=${after}`)).json()).toBe(80);
  });

  it("F41: is refused when 500 wait, so that those who wait for what they have asked for can; none is lost", async () => {
    const posted = Array.from({ length: 500 }, () => Promise.resolve(bench.send("GET", "properties/speed?wait=60")));
    while (clientClock.nextDue() === undefined) await clientClock.advance(0);
    for (let i = 0; i < 20; i++) await clientClock.advance(0);
    const refused = await bench.send("GET", "events/overheated?wait=60");
    expect([refused.statusCode, refused.headers["retry-after"]]).toEqual([503, "2"]);
    expect((await bench.send("POST", "actions/weigh", {})).statusCode).toBe(200);
    await write("speed", 9);
    const answers = await Promise.all(posted);
    expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`))).toEqual(new Set(["200 9"]));
  });

  it("is told that some are missing when they are not kept any more", async () => {
    const { events } = bench.gateway;
    bench.device.overheat(70);
    const after = `${events.epoch}-${events.last}`;
    for (let i = 0; i < 11_000; i++) events.add({ kind: "event", thing: "helper", name: "none", data: 1 });
    expect((await bench.send("GET", `events/overheated?after=${after}`)).statusCode).toBe(410);
    const now = `${events.epoch}-${events.last}`;
    expect((await bench.send("GET", `events/overheated?after=${now}`)).statusCode).toBe(204);
  });

  it("is not waited for when somebody only looks whether there is such a place", async () => {
    for (const path of ["events/overheated?wait=60", "properties/speed?wait=60"]) {
      const answer = await bench.app.inject({ method: "HEAD", url: `/things/mixer/${path}` });
      expect([answer.statusCode, answer.headers["content-type"]]).toEqual([200, "application/json"]);
    }
  });

  it.each([
    "events/overheated?wait=-1",
    "events/overheated?after=5",
    "properties/speed?after=x",
    "properties/speed?wiat=1",
  ])("is refused when its query is wrong: %s", async (path) => {
    const answer = await bench.send("GET", path);
    expect([answer.statusCode, answer.json().errors[0].parameter]).toEqual([400, expect.any(String)]);
  });

  it("is answered when the server closes, rather than holding it up", async () => {
    const posted = Promise.resolve(bench.send("GET", "events/overheated?wait=60"));
    while (clientClock.nextDue() === undefined) await clientClock.advance(0);
    await bench.close();
    expect((await posted).statusCode).toBe(204);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { eventKinds } from "../../src/events/event.ts";
import { unhandledRejections } from "../unhandled.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";
import { Listener } from "./event-stream.ts";

const unhandled = unhandledRejections();
let bench: CounterBench;
let origin: URL;
let clientClock: DiscreteClock;
let listeners: Listener[];
beforeEach(async () => {
  listeners = [];
  clientClock = new DiscreteClock();
  bench = await openCounterBench({ clientClock });
  origin = new URL(await bench.app.listen({ host: "127.0.0.1", port: 0 }));
});
afterEach(async () => {
  for (const one of listeners) one.socket.destroy();
  await bench.close();
  expect(unhandled).toEqual([]);
});

/** Listen; resolves when the stream, or a refusal, has begun. */
async function listen(path = "/events", headers: Readonly<Record<string, string>> = {}): Promise<Listener> {
  const listener = new Listener(origin, path, headers);
  listeners.push(listener);
  await expect.poll(() => listener.status).toBeGreaterThan(0);
  return listener;
}

const write = (value: number, thing = "counter", property = "gain") =>
  bench.clock.until(bench.gateway.thing(thing).write(property, value));
const noop = (thing = "counter") =>
  bench.clock.until(bench.gateway.thing(thing).invoke("noop", {}, { requestedBy: "ada" }).ended);
const statuses = ({ messages }: Listener) => messages.map(({ data }) => JSON.parse(data).status);

describe("GET /events", () => {
  it("tells what happens as it happens, with its id and kind", async () => {
    const listener = await listen();
    const { epoch, last } = bench.gateway.events;
    await write(3);
    await expect.poll(() => listener.messages).toHaveLength(1);
    const [told] = listener.messages;
    expect(told).toMatchObject({ id: `${epoch}-${last + 1}`, event: "property" });
    expect(JSON.parse(told?.data ?? "")).toEqual({
      ...{ number: last + 1, at: expect.stringMatching(/Z$/), kind: "property" },
      ...{ thing: "counter", name: "gain", value: 3 },
    });
  });

  it.each([
    { "sec-fetch-site": "cross-site" },
    { origin: "null" },
    { origin: "http://evil.example", accept: "text/event-stream" },
  ])("A05: is not for a page of another site, which sends %j", async (headers) => {
    for (const path of ["/events", "/things/counter/properties", "/things/counter/events"]) {
      const listener = await listen(path, { accept: "text/event-stream", ...headers });
      expect(listener.status).toBe(403);
    }
    const own = await listen("/events", { origin: origin.origin, "sec-fetch-site": "same-origin" });
    expect(own.status).toBe(200);
  });

  it("is an event stream that nobody keeps, with the headers of every answer", async () => {
    const { status, headers, retryMs } = await listen();
    expect([status, retryMs]).toEqual([200, 2000]);
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      connection: "close",
    });
    expect(headers.has("transfer-encoding")).toBe(false);
  });

  it("asks nobody to listen who wants its head alone", async () => {
    const { statusCode, headers } = await bench.app.inject({ method: "HEAD", url: "/events" });
    expect([statusCode, headers["content-type"]]).toEqual([200, "text/event-stream"]);
  });

  it("begins with the id to resume from, whatever may happen before the first event", async () => {
    const first = await listen();
    await expect.poll(() => first.lastEventId).toBeDefined();
    await first.leave();
    await noop();
    const second = await listen("/events", { "last-event-id": first.lastEventId ?? "" });
    await expect.poll(() => statuses(second)).toEqual(["pending", "running", "completed"]);
  });

  it.each([
    ["?thing=counter", ["counter"]],
    ["?thing=counter&thing=helper", ["counter", "helper"]],
    ["?kind=invocation&thing=helper", ["helper"]],
    ["?kind=invocation&kind=log", ["counter", "helper"]],
    ["?kind=log", []],
  ])("with %s tells of these only", async (query, things) => {
    const listener = await listen(`/events${query}`);
    for (const thing of ["counter", "helper"]) await noop(thing);
    const end = await listen();
    await noop();
    await expect.poll(() => end.messages.length).toBe(3);
    const told = listener.messages.map(({ data }) => JSON.parse(data).thing);
    expect([...new Set(told)]).toEqual(things);
  });

  it("tells whoever listens to a Thing of the emergency stop, and of leases that take it", async () => {
    const listener = await listen("/events?thing=helper");
    const terms = { seconds: 60, note: "", onLoss: "finish" } as const;
    await bench.gateway.leases.take("counter", "ada", terms, { more: ["helper"] });
    await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
    await expect.poll(() => listener.messages.map(({ event }) => event)).toEqual(["lease", "emergencyStop"]);
  });

  it("tells who has misspelt a Thing what it may be called", async () => {
    const answer = await bench.app.inject("/events?thing=conuter");
    expect(answer.json()).toEqual({ detail: 'there is no Thing conuter; did you mean "counter"?' });
  });

  it.each([
    ["?thing=nothing", 404],
    ["?kind=nonsense", 422],
    ["?kind=log&kind=nonsense", 422],
    ["?what=log", 422],
    [`?lastEventId=${"x".repeat(101)}`, 422],
  ])("answers %s with %d", async (query, status) => {
    expect((await bench.app.inject(`/events${query}`)).statusCode).toBe(status);
  });

  it("knows every kind by its name", async () => {
    const listener = await listen(`/events?${eventKinds.map((kind) => `kind=${kind}`).join("&")}`);
    await noop();
    await expect.poll(() => statuses(listener)).toEqual(["pending", "running", "completed"]);
  });

  it("sends everybody home when the server closes", async () => {
    const all = [await listen(), await listen("/events?thing=counter")];
    await bench.app.close();
    await Promise.all(all.map(({ closed }) => closed));
  });

  it("has no listener on the events, and no timer, when nobody listens", async () => {
    const { events } = bench.gateway;
    let listening = 0;
    const real = events.listen.bind(events);
    Object.assign(events, {
      listen(listener: Parameters<typeof real>[0]) {
        listening++;
        const leave = real(listener);
        return () => {
          listening--;
          leave();
        };
      },
    });
    const all = [await listen(), await listen()];
    expect([listening, clientClock.nextDue() === undefined]).toEqual([1, false]);
    for (const one of all) await one.leave();
    await expect.poll(() => listening).toBe(0);
    expect(clientClock.nextDue()).toBeUndefined();
    const again = await listen();
    await noop();
    await expect.poll(() => statuses(again)).toEqual(["pending", "running", "completed"]);
  });
});

describe("a gap", () => {
  const gapOf = async (id: string, path = "/events") => {
    const listener = await listen(path, { "last-event-id": id });
    await expect.poll(() => listener.messages.length).toBeGreaterThan(0);
    const [{ id: told, event, data } = { id: "", event: "", data: "{}" }] = listener.messages;
    expect(event).toBe("gap");
    return { listener, told, gap: JSON.parse(data) };
  };

  it("is told to a client that comes with an id of another run, then all that is known of this one", async () => {
    const { epoch, last } = bench.gateway.events;
    const { listener, told, gap } = await gapOf("0123456789ab-17");
    expect([told, gap]).toEqual([
      `${epoch}-0`,
      { why: "restart", missed: null, detail: expect.stringContaining("read the state") },
    ]);
    await expect.poll(() => listener.messages.length).toBe(1 + last);
    expect(listener.messages.slice(1).map(({ id }) => id)).toEqual(
      Array.from({ length: last }, (_, n) => `${epoch}-${n + 1}`),
    );
  });

  it("is told over a restart", async () => {
    const before = await listen();
    await noop();
    await expect.poll(() => before.messages.length).toBe(3);
    const restarted = await openCounterBench();
    const after = new Listener(new URL(await restarted.app.listen({ host: "127.0.0.1", port: 0 })), "/events", {
      "last-event-id": before.lastEventId ?? "",
    });
    await expect.poll(() => after.messages.length).toBe(1 + restarted.gateway.events.last);
    expect(JSON.parse(after.messages[0]?.data ?? "")).toMatchObject({ why: "restart", missed: null });
    await after.leave();
    await restarted.close();
  });

  it.each([
    ["nonsense", () => "nonsense"],
    ["one that is to come", () => `${bench.gateway.events.epoch}-${bench.gateway.events.last + 1}`],
    ["a negative one", () => `${bench.gateway.events.epoch}--1`],
    ["two", () => `${bench.gateway.events.epoch}-1, ${bench.gateway.events.epoch}-2`],
  ])("is told to a client that comes with %s for an id", async (_, id) => {
    expect((await gapOf(id())).gap).toMatchObject({ why: "unknown_id", missed: null });
  });

  it("is told with how much is missing to one who was away for too long", async () => {
    const { events } = bench.gateway;
    const { epoch, last } = events;
    const change = { kind: "property", thing: "counter", name: "gain", value: 1 } as const;
    for (let n = 0; n < 10_005; n++) events.add(change);
    const { listener, told, gap } = await gapOf(`${epoch}-${last}`);
    expect([gap.why, gap.missed, told]).toEqual(["too_old", 5, `${epoch}-${last + 5}`]);
    await expect.poll(() => listener.messages.length).toBe(10_001);
    expect(listener.messages.at(-1)?.id).toBe(`${epoch}-${events.last}`);
  });

  it("is none when all that came since is kept, by the header or by the query", async () => {
    const { events } = bench.gateway;
    const id = `${events.epoch}-${events.last}`;
    await noop();
    const all = [
      await listen("/events", { "last-event-id": id }),
      await listen(`/events?lastEventId=${id}`),
      await listen("/events?lastEventId=nonsense", { "last-event-id": id }),
    ];
    for (const one of all) await expect.poll(() => statuses(one)).toEqual(["pending", "running", "completed"]);
  });
});

describe("one to whom nothing is told that he wants", () => {
  it("hears now and then that the stream goes on, and from where to resume", async () => {
    const listener = await listen("/events?kind=lease");
    await noop();
    const { epoch, last } = bench.gateway.events;
    for (let n = 0; n < 4; n++) await clientClock.advance(5000);
    await expect.poll(() => listener.comments).toBe(1);
    expect([listener.lastEventId, listener.messages]).toEqual([`${epoch}-${last}`, []]);
    for (let n = 0; n < 4; n++) await clientClock.advance(5000);
    await expect.poll(() => listener.comments).toBe(2);
  });
});

it("no more than a thousand listen: the next is told to try again", async () => {
  const all = Array.from({ length: 1000 }, () => new Listener(origin, "/events"));
  listeners.push(...all);
  await expect.poll(() => all.every(({ status }) => status === 200)).toBe(true);
  const { statusCode, headers } = await bench.app.inject("/events");
  expect([statusCode, headers["retry-after"]]).toEqual([503, "2"]);
  await noop();
  await expect.poll(() => all.every((one) => one.messages.length === 3)).toBe(true);
  await all[0]?.leave();
  await expect.poll(async () => (await listen()).status).toBe(200);
});

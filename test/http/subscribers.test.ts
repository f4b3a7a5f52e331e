import fc from "fast-check";
import type { FastifyReply, FastifyRequest } from "fastify";
import { afterEach, describe, expect, it, vi } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { LaneFullError } from "../../src/errors.ts";
import type { BenchEvent, NumberedEvent } from "../../src/events/event.ts";
import { EventLog } from "../../src/events/event-log.ts";
import type { Subscription } from "../../src/http/events/event-batches.ts";
import { sendEvents } from "../../src/http/events/sse.ts";
import { Subscribers } from "../../src/http/events/subscribers.ts";
import type { View } from "../../src/http/view.ts";
import { unhandledRejections } from "../unhandled.ts";
import { Judge } from "./event-judge.ts";
import { EventStreamReader } from "./event-stream.ts";
import { FakeResponse } from "./fake-response.ts";

const unhandled = unhandledRejections();
afterEach(() => expect(unhandled).toEqual([]));

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const turns = async (count: number) => {
  for (let n = 0; n < count; n++) await turn();
};
const change = (name: string, value: unknown = 0): BenchEvent => ({ kind: "property", thing: "tank", name, value });
const all = () => true;
const level = (event: BenchEvent) => event.kind === "property" && event.name === "level";
const encode = ({ event, json }: NumberedEvent) => ({ event: event.kind, data: json });

/** A log and those who listen to it, over connections that a test reads when it likes. */
function stand(maxEvents = 10_000) {
  const clock = new DiscreteClock();
  const events = new EventLog({ maxEvents });
  const happened: NumberedEvent[] = [];
  events.listen((told) => happened.push(told));
  const subscribers = new Subscribers(events, clock);
  const dropped: string[] = [];
  const listen = (response: FakeResponse, lastEventId?: string, wants: Subscription["wants"] = all, by = "a") => {
    const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
    const log = { info: (_: object, message: string) => void dropped.push(message) };
    const request = {
      method: "GET",
      headers,
      log,
      ip: "127.0.0.1",
      principal: { key: by },
      url: "/events",
    } as unknown as FastifyRequest;
    const reply = { raw: response, headers: () => reply, header: () => reply, hijack() {}, getHeaders: () => ({}) };
    const view = { gateway: { events }, subscribers } as unknown as View;
    sendEvents(request, reply as unknown as FastifyReply, view, { wants, encode });
    return response;
  };
  return { clock, events, happened, subscribers, dropped, listen };
}

describe("one who does not read", () => {
  it("is sent nothing more until he has, however much happens meanwhile", async () => {
    const { events, listen } = stand();
    const response = listen(new FakeResponse(1000));
    for (let n = 0; n < 1000; n++) events.add(change("level", "x".repeat(100)));
    await turns(50);
    expect(response.most).toBeLessThan(20_000);
    const before = response.waiting;
    await turns(50);
    expect(response.waiting).toBe(before);
  });

  it("goes on where he was once he reads again", async () => {
    const { events, happened, listen } = stand();
    const response = listen(new FakeResponse(1000));
    for (let n = 0; n < 1000; n++) events.add(change("level", "x".repeat(100)));
    const judge = new Judge(happened, 0, all);
    const reader = new EventStreamReader(judge.hear);
    for (let n = 0; n < 200; n++) {
      await turn();
      reader.feed(response.read());
    }
    expect([judge.told, judge.gaps, judge.faults]).toEqual([1000, 0, []]);
  });

  it("is told of the gap, and goes on with what comes from then on, when what he is owed is not kept any more", async () => {
    const { events, happened, listen } = stand(10);
    const response = listen(new FakeResponse(100));
    const judge = new Judge(happened, 0, all);
    const reader = new EventStreamReader(judge.hear);
    events.add(change("level"));
    await turns(5);
    for (let n = 0; n < 100; n++) events.add(change("level"));
    await turns(5);
    reader.feed(response.read());
    await turns(5);
    reader.feed(response.read());
    expect(reader.messages.map(({ event }) => event)).toEqual(["property", "gap"]);
    expect(JSON.parse(reader.messages[1]?.data ?? "")).toMatchObject({ why: "slow", missed: 100 });
    events.add(change("level"));
    await turns(5);
    reader.feed(response.read());
    expect([judge.told, judge.gaps, judge.owed, judge.faults]).toEqual([2, 1, 0, []]);
  });

  it("is sent away when that has lasted for 15 s, and not before", async () => {
    const { clock, events, dropped, listen, subscribers } = stand();
    const [deaf, slow] = [listen(new FakeResponse(10)), listen(new FakeResponse(10))];
    events.add(change("level"));
    await turns(5);
    await clock.advance(14_000);
    slow.read();
    expect([deaf.destroyed, subscribers.size]).toEqual([false, 2]);
    await clock.advance(6000);
    expect([deaf.destroyed, slow.destroyed, subscribers.size]).toEqual([true, false, 1]);
    expect(dropped).toEqual([expect.stringMatching(/has taken nothing for \d+ s, and is sent away/)]);
  });

  it("keeps nobody waiting when the server closes; the others are told the last before they are sent home", async () => {
    const { events, happened, listen, subscribers } = stand();
    const [deaf, reads] = [listen(new FakeResponse(10)), listen(new FakeResponse(1e6))];
    events.add(change("level"));
    await turns(5);
    for (let n = 0; n < 1000; n++) events.add(change("level", "x".repeat(100)));
    subscribers.close();
    const judge = new Judge(happened, 0, all);
    new EventStreamReader(judge.hear).feed(reads?.read() ?? "");
    expect([judge.told, judge.faults]).toEqual([1001, []]);
    expect([deaf.destroyed, reads.writableEnded, subscribers.size]).toEqual([true, true, 0]);
    expect(() => listen(new FakeResponse(10))).toThrow("the gateway is closing");
  });
});

it("one who resumes is sent all that he has missed, in several parts, also when nothing more happens", async () => {
  const { events, happened, listen } = stand();
  for (let n = 0; n < 3000; n++) events.add(change("level", "x".repeat(100)));
  const response = listen(new FakeResponse(1e9), `${events.epoch}-5`);
  const judge = new Judge(happened, 5, all);
  await turns(200);
  new EventStreamReader(judge.hear).feed(response.read());
  expect([judge.told, judge.gaps, judge.faults]).toEqual([2995, 0, []]);
});

it.each([
  [20, 0],
  [19, 1],
  [0, 20],
])("of 30 events of which 10 are kept, one who has had %d misses %d", async (had, missed) => {
  const { events, happened, listen } = stand(10);
  for (let n = 0; n < 30; n++) events.add(change("level"));
  const judge = new Judge(happened, had, all);
  const reader = new EventStreamReader(judge.hear);
  const response = listen(new FakeResponse(1e6), `${events.epoch}-${had}`);
  await turns(5);
  reader.feed(response.read());
  const gaps = reader.messages.filter(({ event }) => event === "gap").map(({ data }) => JSON.parse(data).missed);
  expect([gaps, judge.told, judge.faults]).toEqual([missed === 0 ? [] : [missed], 10, []]);
});

it("those who listen are served a few at a time, so that others have their turn in between", async () => {
  const { events, listen } = stand();
  const responses = Array.from({ length: 500 }, () => listen(new FakeResponse(1e6)));
  await turns(100);
  for (const one of responses) one.read();
  events.add(change("level"));
  const served = () => responses.filter(({ waiting }) => waiting > 0).length;
  let before = 0;
  for (let n = 0; served() < 500; n++) {
    expect(n).toBeLessThan(100);
    await turn();
    expect(served() - before).toBeLessThanOrEqual(20);
    before = served();
  }
});

it("those who want the same are sent the same bytes, made once", async () => {
  const { events, subscribers } = stand();
  let encoded = 0;
  const counting = (told: NumberedEvent) => {
    encoded++;
    return encode(told);
  };
  for (let n = 0; n < 100; n++) {
    const wants = n % 2 === 0 ? all : (event: BenchEvent) => level(event);
    subscribers.add(new FakeResponse(1e6).asServerResponse, { wants, encode: counting }, 0, () => {});
  }
  for (let n = 0; n < 10; n++) events.add(change("level"));
  await turns(50);
  expect(encoded).toBe(10);
});

it("one who cannot be told what has happened is sent away, and the others are told", async () => {
  const { events, happened, listen, subscribers } = stand();
  const dropped: string[] = [];
  const failing = () => {
    throw new Error("no words");
  };
  const unlucky = new FakeResponse(1e6);
  subscribers.add(unlucky.asServerResponse, { wants: all, encode: failing }, 0, (why) => void dropped.push(why));
  const response = listen(new FakeResponse(1e6));
  events.add(change("level"));
  await turns(5);
  const judge = new Judge(happened, 0, all);
  new EventStreamReader(judge.hear).feed(response.read());
  expect([unlucky.destroyed, dropped]).toEqual([true, ["could not be told what has happened (Error: no words)"]]);
  expect([judge.told, judge.faults, subscribers.size]).toEqual([1, [], 1]);
});

it("nothing is made of events that nobody listens to", async () => {
  const { events, listen, subscribers } = stand();
  const response = listen(new FakeResponse(1e6));
  response.destroy();
  expect(subscribers.size).toBe(0);
  const scheduling = vi.spyOn(globalThis, "setImmediate");
  for (let n = 0; n < 1000; n++) events.add(change("level"));
  expect(scheduling).not.toHaveBeenCalled();
  scheduling.mockRestore();
});

it("whoever drops, resumes and reads when he likes is told everything once and in order, or of the gap", async () => {
  const who = fc.integer({ min: 0, max: 3 });
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ happens: fc.constantFrom("level", "flow"), times: fc.integer({ min: 1, max: 12 }) }),
    },
    { weight: 4, arbitrary: fc.record({ reads: who }) },
    { weight: 2, arbitrary: fc.record({ drops: who, after: fc.nat(500) }) },
    { weight: 3, arbitrary: fc.record({ turns: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 1, arbitrary: fc.record({ pass: fc.integer({ min: 1, max: 8000 }) }) },
  );
  let gaps = 0;
  let resumed = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 40, maxLength: 120 }),
      fc.integer({ min: 3, max: 30 }),
      async (steps, maxEvents) => {
        const { clock, events, happened, listen } = stand(maxEvents);
        const clients = [0, 1, 2, 3].map((n) => {
          const wants = n % 2 === 0 ? all : level;
          const judge = new Judge(happened, 0, wants);
          const connect = (id?: string) => ({
            response: listen(new FakeResponse(200 * (n + 1)), id, wants),
            reader: new EventStreamReader(judge.hear),
          });
          return { judge, connect, id: `${events.epoch}-0`, ...connect() };
        });
        const read = (client: (typeof clients)[number]) => client.reader.feed(client.response.read());
        const resume = (client: (typeof clients)[number]) => {
          const { lastEventId: id = client.id } = client.reader;
          client.response.destroy();
          Object.assign(client, { id, ...client.connect(id) });
          resumed++;
        };
        for (const one of steps) {
          if ("happens" in one) for (let n = 0; n < one.times; n++) events.add(change(one.happens, n));
          if ("turns" in one) await turns(one.turns);
          if ("pass" in one) await clock.advance(one.pass);
          const client = clients["reads" in one ? one.reads : "drops" in one ? one.drops : -1];
          if (client && "reads" in one) read(client);
          // In the middle of a message, too.
          if (client && "drops" in one) client.reader.feed(client.response.read().slice(0, one.after));
          if (client && ("drops" in one || client.response.destroyed)) resume(client);
        }
        for (const client of clients) if (client.response.destroyed) resume(client);
        for (let n = 0; n < 20 + 4 * maxEvents; n++) {
          await turn();
          for (const client of clients) read(client);
        }
        for (const { judge } of clients) {
          expect([judge.owed, judge.faults]).toEqual([0, []]);
          gaps += judge.gaps;
        }
        for (const { response } of clients) response.destroy();
        expect(clock.nextDue()).toBeUndefined();
      },
    ),
    { numRuns: 300 },
  );
  // Else it has tried nothing.
  expect([gaps > 200, resumed > 2000]).toEqual([true, true]);
});

it("one who listens a thousand times gives up the latest for others, and all when his access ends", () => {
  const { subscribers, listen } = stand();
  const all = Array.from({ length: 1000 }, () => listen(new FakeResponse(1000)));
  expect(() => listen(new FakeResponse(1000))).toThrow(LaneFullError);
  const others = [1, 2].map(() => listen(new FakeResponse(1000), undefined, undefined, "b"));
  expect(all.flatMap(({ writableEnded }, n) => (writableEnded ? [n] : []))).toEqual([998, 999]);
  subscribers.places.end("a");
  expect([all.every(({ writableEnded }) => writableEnded), subscribers.size, subscribers.places.size]).toEqual([
    true,
    2,
    2,
  ]);
  for (const other of others) other.destroy();
  expect([subscribers.size, subscribers.places.size]).toEqual([0, 0]);
});

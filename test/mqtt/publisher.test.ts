import fc from "fast-check";
import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { EventLog } from "../../src/events/event-log.ts";
import type { OutMessage } from "../../src/mqtt/link.ts";
import { Publisher } from "../../src/mqtt/publisher.ts";
import { FakeLink, turn } from "./fake-link.ts";

/** A publisher of values of `pump.*`, which are kept, and of events of it, which are not. */
function open({ maxEvents = 10_000 } = {}) {
  const events = new EventLog({ maxEvents });
  const link = new FakeLink();
  const clock = new DiscreteClock();
  const values = new Map<string, unknown>();
  const refused: string[] = [];
  const publisher = new Publisher({
    ...{ link, clock, events },
    changed: ({ event }) => {
      if (event.kind !== "property") return undefined;
      values.set(event.name, event.value);
      return event.name;
    },
    kept: () => [...values.keys()],
    keptMessage: (topic) => ({ topic, payload: String(values.get(topic) ?? ""), retain: true }),
    message: ({ event, number }) =>
      event.kind === "event" ? { topic: event.name, payload: String(number) } : undefined,
    gap: (missed, after) => ({ topic: "gap", payload: `${missed} ${after}` }),
    refused: (why) => refused.push(why),
  });
  publisher.begin();
  const happen = (name: string) => events.add({ kind: "event", thing: "pump", name, data: null }).number;
  const become = (name: string, value: unknown) => events.add({ kind: "property", thing: "pump", name, value });
  const told = (topic: string) => link.taken.filter((one) => one.topic === topic).map(({ payload }) => Number(payload));
  return { events, link, clock, values, refused, publisher, happen, become, told };
}

test("what happens while the broker is away is told when it is back, in its order; of values only the last", async () => {
  const { link, happen, become, told, publisher } = open();
  const before = [happen("a"), happen("b"), happen("a")];
  for (let value = 1; value <= 1000; value++) become("rate", value);
  expect(publisher.behind).toBe(1003);
  link.connect();
  await link.settle();
  expect([told("a"), told("b")]).toEqual([[before[0], before[2]], [before[1]]]);
  expect(told("rate")).toEqual([1000]);
  expect(publisher.behind).toBe(0);
});

test("what the broker has not confirmed is told again; what it has confirmed is not", async () => {
  const { link, happen, told } = open();
  link.connect();
  const all = [1, 2, 3, 4].map(() => happen("a"));
  await turn();
  link.take(2);
  await turn();
  link.disconnect();
  await turn();
  link.connect();
  await link.settle();
  expect(told("a")).toEqual(all);
});

test("an older value never comes after a newer one, also when nobody knows whether that one has arrived", async () => {
  const { link, become, told } = open();
  link.connect();
  become("rate", 1);
  await turn();
  become("rate", 2);
  await turn();
  link.take(2, true);
  link.disconnect();
  become("rate", 3);
  await turn();
  link.connect();
  await link.settle();
  expect(told("rate")).toEqual([1, 2, 3]);
  expect(link.kept.get("rate")).toBe("3");
});

test("what is not kept until it could be told is told as a gap, once", async () => {
  const { link, happen, publisher, events } = open({ maxEvents: 10 });
  for (let n = 0; n < 25; n++) happen("a");
  link.connect();
  await turn();
  link.disconnect();
  await turn();
  link.connect();
  await link.settle();
  expect(link.taken.map(({ topic, payload }) => (topic === "gap" ? payload : Number(payload)))).toEqual([
    ...["15 15", 16, 17, 18, 19, 20, 21, 22, 23, 24, 25],
  ]);
  expect(publisher.missed).toBe(15);
  expect(events.last).toBe(25);
});

test("only 64 messages are on their way at a time, and not too many bytes", async () => {
  const { link, happen, values, publisher } = open();
  link.connect();
  for (let n = 0; n < 500; n++) happen("a");
  await turn();
  expect(link.inFlight).toBe(64);
  await link.settle();
  expect(link.taken.length).toBe(500);
  link.largestMessage = 1_000_000;
  for (let n = 0; n < 50; n++) values.set(`large${n}`, "x".repeat(900_000));
  publisher.change(values.keys());
  await turn();
  expect(link.inFlight).toBe(5);
  await link.settle();
  expect(link.kept.size).toBe(50);
});

test("values that change all the time do not keep events from being told, nor the other way round", async () => {
  const { link, happen, become } = open();
  link.connect();
  for (let n = 0; n < 200; n++) {
    become(`p${n}`, n);
    happen("a");
  }
  await turn();
  const kept = link.going.filter(({ retain }) => retain).length;
  expect(kept).toBe(32);
});

test("what the broker does not take is left out, and told once on each connection", async () => {
  const { link, happen, refused, publisher, told } = open();
  link.refuses = ({ topic }) => topic === "secret";
  link.connect();
  for (const topic of ["secret", "a", "secret"]) happen(topic);
  await link.settle();
  expect(told("a")).toEqual([2]);
  expect(refused).toEqual(["secret: not authorised"]);
  expect([publisher.refused, publisher.behind]).toEqual([2, 0]);
  link.disconnect();
  link.connect();
  happen("secret");
  await link.settle();
  expect(refused.length).toBe(2);
});

test("what cannot be written is left out, and ends nothing", async () => {
  const { link, values, refused, publisher, happen, told } = open();
  const broken = {
    toString() {
      throw new RangeError("too deep");
    },
  };
  values.set("broken", broken).set("whole", 1);
  link.connect();
  publisher.change(values.keys());
  happen("a");
  await link.settle();
  expect([...link.kept.keys()]).toEqual(["whole"]);
  expect(told("a")).toEqual([1]);
  expect(refused).toEqual(["what could not be written (RangeError: too deep)"]);
  expect([publisher.refused, publisher.behind]).toEqual([1, 0]);
});

test("what is too large for the broker is told without what it says", async () => {
  const { link, values, publisher } = open();
  link.largestMessage = 200;
  values.set("large", "x".repeat(500));
  publisher.change(["large"]);
  link.connect();
  await link.settle();
  expect(link.kept.get("large")).toBe('{"omitted":true}');
});

test("a connection that does not take something, and stays, is asked again after a second", async () => {
  const { link, happen, told, clock } = open();
  link.connect();
  const { publish } = link;
  link.publish = () => Promise.reject(new Error("so many wait already"));
  happen("a");
  await turn();
  link.publish = publish.bind(link);
  await link.settle();
  expect(told("a")).toEqual([]);
  await clock.advance(1000);
  await link.settle();
  expect(told("a")).toEqual([1]);
});

test("its end waits until the broker has everything, or for as long as it is told, or not at all without a broker", async () => {
  const { link, happen, publisher, clock } = open();
  await publisher.rest(2000);
  link.connect();
  happen("a");
  let rested = "";
  const first = publisher.rest(2000).then(() => {
    rested = "first";
  });
  await turn();
  expect(rested).toBe("");
  await link.settle();
  await first;
  happen("a");
  const second = publisher.rest(2000).then(() => {
    rested = "second";
  });
  await clock.advance(1999);
  expect(rested).toBe("first");
  await clock.advance(1);
  await second;
  publisher.close();
  happen("a");
  await turn();
  expect(link.inFlight).toBe(1);
});

/** What may happen, in any order. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("happen" as const), name: fc.constantFrom("a", "b") }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("become" as const), name: fc.constantFrom("p", "q") }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("take" as const), count: fc.nat(9), silently: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constantFrom({ do: "connect" as const }, { do: "disconnect" as const }) },
  { weight: 2, arbitrary: fc.constant({ do: "turn" as const }) },
);

test("whatever happens in between: every event arrives or is told as missed, in order, and what is kept is true", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
      const { link, happen, become, values, told } = open({ maxEvents: 20 });
      const happened = new Map<string, number[]>([
        ["a", []],
        ["b", []],
      ]);
      let value = 0;
      for (const one of steps) {
        if (one.do === "happen") happened.get(one.name)?.push(happen(one.name));
        else if (one.do === "become") become(one.name, ++value);
        else if (one.do === "take") link.take(one.count, one.silently);
        else if (one.do === "turn") await turn();
        else if (one.do === "connect" && !link.connected) link.connect();
        else if (one.do === "disconnect") link.disconnect();
      }
      await turn();
      link.disconnect();
      await turn();
      link.connect();
      await link.settle();
      for (const name of ["p", "q"]) expect(link.kept.get(name)).toBe(values.get(name)?.toString());
      const gaps = link.taken.filter(({ topic }) => topic === "gap").map(gapOf);
      const missed = (n: number) => gaps.some(({ from, to }) => from < n && n <= to);
      for (const [topic, numbers] of happened) {
        const arrived = told(topic);
        expect([...new Set(arrived)].toSorted((a, b) => a - b)).toEqual([...new Set(arrived)]);
        expect(numbers.filter((n) => !arrived.includes(n) && !missed(n))).toEqual([]);
      }
    }),
    { numRuns: 150 },
  );
});

function gapOf({ payload }: OutMessage) {
  const [missed = 0, to = 0] = String(payload).split(" ").map(Number);
  return { from: to - missed, to };
}

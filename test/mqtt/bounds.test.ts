import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import type { NumberedEvent } from "../../src/events/event.ts";
import { EventLog } from "../../src/events/event-log.ts";
import { Answers } from "../../src/mqtt/answers.ts";
import type { Told } from "../../src/mqtt/ask.ts";
import { Ends } from "../../src/mqtt/ends.ts";
import { keptInTime } from "../../src/mqtt/in-time.ts";
import { Stops } from "../../src/mqtt/stops.ts";
import { FairQueue } from "../../src/mqtt/waiting.ts";
import { HeardLink } from "./heard-link.ts";

const noon = Date.UTC(2026, 10, 20, 12);
const at = (seconds: number) => new Date(noon + seconds * 1000).toISOString();

test("what waits is held to its time as it passes, whatever the wall clock does, and to its message's expiry", async () => {
  const clock = new DiscreteClock();
  const time = { wall: noon, now: () => time.wall, trusted: () => true };
  const plain = keptInTime(at(60), undefined, clock, time);
  const expiring = keptInTime(at(60), 30, clock, time);
  await clock.advance(20_000);
  // Meanwhile it was turned back by an hour.
  time.wall -= 3_600_000;
  expect([plain(), expiring()]).toEqual([{ "start-by": at(40 - 3600) }, { "start-by": at(10 - 3600) }]);
  await clock.advance(10_000);
  expect([plain(), expiring()]).toEqual([{ "start-by": at(30 - 3600) }, undefined]);
});

test("what cannot be judged is passed on as it came", () => {
  const clock = new DiscreteClock();
  const unknown = { now: () => noon, trusted: () => false };
  expect(keptInTime(at(60), 30, clock, unknown)()).toEqual({ "start-by": at(60) });
  expect(keptInTime("noon", undefined, clock, { ...unknown, trusted: () => true })()).toEqual({ "start-by": "noon" });
});

test("a queue that is full makes room for who has less, in their order, by number and by weight", () => {
  const queue = new FairQueue<{ readonly sender: string; readonly bytes: number; readonly n: number }>({
    max: 4,
    maxBytes: 100,
  });
  const add = (sender: string, n: number, bytes = 1) => queue.add({ sender, n, bytes }).map((one) => one.n);
  for (const n of [1, 2, 3, 4]) expect(add("eve", n)).toEqual([]);
  expect(add("eve", 5)).toEqual([5]);
  expect(add("ada", 6)).toEqual([4]);
  expect(add("ada", 7)).toEqual([3]);
  expect(add("ada", 8)).toEqual([8]);
  expect(add("bob", 9, 98)).toEqual([2, 7]);
  expect(add("bob", 10, 200)).toEqual([10]);
  expect([1, 2, 3, 4].map(() => queue.next()?.n)).toEqual([1, 6, 9, undefined]);
});

test("stops begin at once; in a flood the same one waits once, and others are not kept out", async () => {
  const stops = new Stops<number>(2);
  const gates: (() => void)[] = [];
  const told: string[] = [];
  const work = () => new Promise<number>((resolve) => gates.push(() => resolve(gates.length)));
  const add = (same: string) => stops.add(same, work, () => told.push(same));
  for (let n = 0; n < 64; n++) expect(add(`begun ${n}`)).toBe(true);
  expect(gates.length).toBe(64);
  for (let n = 0; n < 1000; n++) expect(add("same")).toBe(true);
  expect([add("other"), add("third"), gates.length]).toEqual([true, false, 64]);
  for (const open of gates.splice(0)) open();
  await new Promise((resolve) => setImmediate(resolve));
  expect(gates.length).toBe(2);
  for (const open of gates.splice(0)) open();
  await new Promise((resolve) => setImmediate(resolve));
  expect([told.filter((one) => one === "same").length, told.filter((one) => one === "other").length]).toEqual([16, 1]);
});

test("ends are followed within bounds, also those that came first, and nobody alone has all places", async () => {
  const events = new EventLog();
  const clock = new DiscreteClock();
  const told: string[] = [];
  const ends = new Ends({ events, clock, tell: ({ topic }) => told.push(topic) });
  const end = async (): Promise<Told> => ({ status: 200, headers: {}, body: "" });
  const follow = (id: string, topic: string, sender = "eve") =>
    ends.follow(id, { address: { topic, correlationData: undefined }, sender, end });
  const ended = (id: string) =>
    events.add({
      ...{ kind: "invocation", thing: "pump", action: "dose", id, seq: 1, status: "completed", requestedBy: "eve" },
      ...{ progress: null, reason: null, outcome: null, forced: false, error: null },
    } satisfies NumberedEvent["event"]);
  ended("early");
  expect(follow("early", "a")).toBe(true);
  expect([follow("one", "b"), follow("one", "b"), follow("one", "c")]).toEqual([true, true, true]);
  ended("one");
  ended("one");
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual(["a", "b", "c"]);
  const taken = Array.from({ length: 1100 }, (_, n) => follow(`of eve ${n}`, "d")).filter(Boolean).length;
  expect([taken, follow("of ada", "e", "ada")]).toEqual([700, true]);
  await clock.advance(24 * 3_600_000);
  expect(follow("of eve", "d")).toBe(true);
  ends.close();
  expect(clock.nextDue()).toBeUndefined();
});

test("answers that a broker does not confirm fill no memory, however large; what stops is answered all the same", () => {
  const link = new HeardLink();
  link.taken = () => new Promise(() => {});
  const logged: string[] = [];
  const answers = new Answers({ link, clock: new DiscreteClock(), log: (_, message) => logged.push(message) });
  const address = { topic: "lab/ada/replies", correlationData: undefined };
  const large = { status: 200, headers: {}, body: "x".repeat(1024 * 1024 - 8192) };
  for (let n = 0; n < 100; n++) answers.tell(address, large, "true");
  expect(link.sent.length).toBe(16);
  answers.tell(address, large, "true", true);
  expect(link.sent.length).toBe(17);
  expect(logged).toEqual([expect.stringContaining("too large")]);
});

import { AsyncLocalStorage } from "node:async_hooks";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { LaneFullError } from "../../src/errors.ts";
import type { BenchEvent, NumberedEvent } from "../../src/events/event.ts";
import { EventLog } from "../../src/events/event-log.ts";

const level = (value: unknown): BenchEvent => ({ kind: "property", thing: "tank", name: "level", value });
const numbers = (events: readonly NumberedEvent[]) => events.map(({ number }) => number);

test("events are numbered from 1 on, and told in their order with when they happened", () => {
  const log = new EventLog();
  const told: NumberedEvent[] = [];
  log.listen((one) => told.push(one));
  const before = Date.now();
  for (const value of [5, 6]) log.add(level(value));
  expect(numbers(told)).toEqual([1, 2]);
  expect(told[1]?.event).toEqual(level(6));
  expect(told[1]?.at).toBeGreaterThanOrEqual(before);
  expect(JSON.parse(told[1]?.json ?? "")).toEqual({
    number: 2,
    at: new Date(told[1]?.at ?? 0).toISOString(),
    ...level(6),
  });
});

test("an event is made JSON when somebody asks for that, and once", () => {
  const log = new EventLog();
  const told = log.add({ kind: "emergencyStop", stopped: true, by: "ada" });
  const making = vi.spyOn(JSON, "stringify");
  log.add({ kind: "emergencyStop", stopped: false, by: "ada" });
  expect(making).not.toHaveBeenCalled();
  const [first, second] = [told.json, told.json];
  expect([first, second]).toEqual([expect.stringContaining('"by":"ada"'), first]);
  expect(making).toHaveBeenCalledOnce();
  making.mockRestore();
});

test("each run has an epoch of its own", () => {
  const epochs = Array.from({ length: 100 }, () => new EventLog().epoch);
  expect(new Set(epochs).size).toBe(100);
  expect(epochs[0]).toMatch(/^[0-9a-f]{12}$/);
});

test("what came after a number is all that is kept of it, and how much is not", () => {
  const log = new EventLog({ maxEvents: 3 });
  expect(log.after(0)).toEqual({ events: [], missed: 0 });
  for (let value = 1; value <= 5; value++) log.add(level(value));
  expect([numbers(log.after(3).events), log.after(3).missed]).toEqual([[4, 5], 0]);
  expect([numbers(log.after(2).events), log.after(2).missed]).toEqual([[3, 4, 5], 0]);
  expect([numbers(log.after(0).events), log.after(0).missed]).toEqual([[3, 4, 5], 2]);
  expect(log.after(5)).toEqual({ events: [], missed: 0 });
});

test("whatever is added, the latest are kept within both bounds, and their numbers have no gap", () => {
  const value = fc.oneof(fc.integer(), fc.string({ maxLength: 300 }), fc.array(fc.integer(), { maxLength: 50 }));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (values, maxEvents) => {
      const log = new EventLog({ maxEvents, maxBytes: 12_000 });
      for (const one of values) log.add(level(one));
      const { events, missed } = log.after(0);
      expect(numbers(events)).toEqual(values.map((_, n) => n + 1).slice(missed));
      expect(events.map(({ event }) => "value" in event && event.value)).toEqual(values.slice(missed));
      expect(events.length).toBeLessThanOrEqual(maxEvents);
      expect(log.bytes <= 12_000 || events.length === 1).toBe(true);
      // No more than has to be is given up.
      if (missed > 0 && events.length < maxEvents) expect(log.bytes).toBeGreaterThan(0);
      expect([log.oldest, log.last]).toEqual([missed + 1, values.length]);
    }),
  );
});

test("what the kept events weigh is known, also after all of them were replaced", () => {
  const log = new EventLog({ maxEvents: 10 });
  for (let n = 0; n < 10; n++) log.add(level(n));
  const { bytes } = log;
  for (let n = 0; n < 90; n++) log.add(level("x".repeat(n)));
  for (let n = 0; n < 10; n++) log.add(level(n));
  expect(log.bytes).toBe(bytes);
});

test("a listener that throws harms neither the others nor the log", () => {
  const failed: unknown[] = [];
  const log = new EventLog({ failed: (error) => failed.push(error) });
  const told: number[] = [];
  log.listen(() => {
    throw new Error("broken");
  });
  log.listen(({ number }) => told.push(number));
  for (let n = 0; n < 3; n++) expect(log.add(level(n)).number).toBe(n + 1);
  expect([told, failed.length]).toEqual([[1, 2, 3], 3]);
});

test("what a listener causes is told to everybody after what it has heard", () => {
  const log = new EventLog();
  const told: number[] = [];
  log.listen(({ number }) => {
    if (number < 3) log.add(level(number));
  });
  log.listen(({ number }) => told.push(number));
  log.add(level(0));
  expect(told).toEqual([1, 2, 3]);
});

test("a listener hears nothing of the work that has caused an event", () => {
  const work = new AsyncLocalStorage<string>();
  const log = new EventLog();
  const heard: unknown[] = [];
  work.run("the listener's", () => log.listen(() => heard.push(work.getStore())));
  work.run("a dose", () => log.add(level(1)));
  expect(heard).toEqual(["the listener's"]);
});

test("one who has left is told nothing more, and listeners are bounded", () => {
  const log = new EventLog();
  let told = 0;
  const leave = log.listen(() => told++);
  log.add(level(1));
  leave();
  log.add(level(2));
  expect(told).toBe(1);
  const all = Array.from({ length: 2000 }, () => log.listen(() => {}));
  expect(() => log.listen(() => {})).toThrow(LaneFullError);
  all[0]?.();
  log.listen(() => {});
});

test("a value is kept as it was, whatever its driver does with it afterwards", () => {
  const log = new EventLog();
  const reading = { volts: [1, 2] };
  const { event, json } = log.add(level(reading));
  reading.volts.push(3);
  expect(event).toEqual(level({ volts: [1, 2] }));
  expect(JSON.parse(json)).toMatchObject({ value: { volts: [1, 2] } });
});

const circle: { self?: unknown } = {};
circle.self = circle;

test.each([
  ["too large", "x".repeat(70_000)],
  ["no JSON", 12n],
  ["a circle", circle],
])("a value that is %s is left out, and told to be", (_, value) => {
  const log = new EventLog();
  expect(log.add(level(value)).event).toEqual({ ...level(null), omitted: true });
  const data = { kind: "event", thing: "tank", name: "full", data: value } as const;
  expect(log.add(data).event).toEqual({ ...data, data: null, omitted: true });
});

test("an event without data has none", () => {
  const { event } = new EventLog().add({ kind: "event", thing: "tank", name: "full", data: undefined });
  expect(event).toEqual({ kind: "event", thing: "tank", name: "full", data: null });
});

import { AsyncLocalStorage } from "node:async_hooks";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { Coalescer } from "../../src/events/coalescer.ts";
import type { BenchEvent } from "../../src/events/event.ts";
import { EventLog } from "../../src/events/event-log.ts";

const property = (name: string, value: number): BenchEvent => ({ kind: "property", thing: "tank", name, value });
const over: BenchEvent = { kind: "event", thing: "tank", name: "over", data: null };

function stand() {
  const clock = new DiscreteClock();
  const log = new EventLog();
  const events = new Coalescer(log, clock);
  return {
    ...{ clock, log, events },
    change: (name: string, value: number, about = "tank") =>
      events.changed({ key: name, about, event: () => property(name, value) }),
    end: () => events.tell(over, ["tank"]),
    told: () => log.after(0).events.map(({ event }) => ("value" in event ? `${event.name} ${event.value}` : "over")),
  };
}

test("a change after a quiet time is told at once, those that follow as what they have come to", async () => {
  const { clock, change, told } = stand();
  for (const value of [1, 2, 3]) change("level", value);
  expect(told()).toEqual(["level 1"]);
  await clock.advance(50);
  expect(told()).toEqual(["level 1", "level 3"]);
  change("level", 4);
  expect(told()).toHaveLength(2);
  await clock.advance(50);
  expect(told()).toEqual(["level 1", "level 3", "level 4"]);
});

test("when nothing changes any more, no timer is left, and the next change is told at once", async () => {
  const { clock, change, told } = stand();
  change("level", 1);
  await clock.advance(50);
  expect(clock.nextDue()).toBeUndefined();
  change("level", 2);
  expect(told()).toEqual(["level 1", "level 2"]);
});

test("what is told by itself comes after all that has changed of what it is about, and waits for nothing else", async () => {
  const { clock, change, end, told } = stand();
  for (const value of [1, 2]) change("level", value);
  for (const value of [1, 2]) change("flow", value);
  for (const value of [1, 2]) change("weight", value, "balance");
  change("level", 3);
  end();
  const before = ["level 1", "flow 1", "weight 1", "flow 2", "level 3", "over"];
  expect(told()).toEqual(before);
  await clock.advance(50);
  expect(told()).toEqual([...before, "weight 2"]);
});

test("once it is closed nothing is pending, no timer is left, and changes are told at once", () => {
  const { events, clock, change, told } = stand();
  for (const value of [1, 2]) change("level", value);
  events.close();
  expect([told(), clock.nextDue()]).toEqual([["level 1", "level 2"], undefined]);
  change("level", 3);
  expect([told().length, clock.nextDue()]).toEqual([3, undefined]);
});

test("work is not kept in memory by the timer that it has set", async () => {
  const work = new AsyncLocalStorage<string>();
  const { events, clock } = stand();
  const seen: unknown[] = [];
  const event = () => void seen.push(work.getStore());
  const change = () => events.changed({ key: "level", about: "tank", event });
  work.run("a dose", () => {
    change();
    change();
  });
  await clock.advance(50);
  expect(seen).toEqual(["a dose", undefined]);
});

test("whatever changes when, the last value is told before what ends it, values never go back, and rates are bounded", async () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ change: fc.constantFrom("level", "flow") }) },
    { weight: 2, arbitrary: fc.record({ pass: fc.integer({ min: 1, max: 80 }) }) },
    { weight: 1, arbitrary: fc.constant("over" as const) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { clock, change, end, told } = stand();
      const now: Record<string, number> = { level: 0, flow: 0 };
      let ends = 0;
      for (const one of steps) {
        if (one === "over") {
          end();
          ends++;
          for (const [name, value] of Object.entries(now))
            if (value > 0) expect(told().findLast((line) => line.startsWith(name))).toBe(`${name} ${value}`);
        } else if ("pass" in one) await clock.advance(one.pass);
        else {
          const value = (now[one.change] ?? 0) + 1;
          now[one.change] = value;
          change(one.change, value);
        }
      }
      await clock.advance(100);
      expect(clock.nextDue()).toBeUndefined();
      for (const [name, value] of Object.entries(now)) {
        const values = told().flatMap((line) => (line.startsWith(name) ? Number(line.split(" ")[1]) : []));
        expect(values).toEqual([...new Set(values)].sort((a, b) => a - b));
        if (value > 0) expect(values.at(-1)).toBe(value);
        // One at once, one a window, and one before each that is told by itself.
        expect(values.length).toBeLessThanOrEqual(2 + clock.now() / 50 + ends);
      }
    }),
    { numRuns: 200 },
  );
});

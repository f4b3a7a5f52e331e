import { AsyncLocalStorage } from "node:async_hooks";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { realClock } from "../src/clock.ts";
import { DiscreteClock } from "../src/discrete-clock.ts";
import { PacedClock } from "../src/paced-clock.ts";

test("timers fire in the order they are due, those due together in the order they were set", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), async (delays) => {
      const clock = new DiscreteClock();
      const fired: { due: number; n: number }[] = [];
      delays.forEach((ms, n) => {
        clock.after(ms, () => fired.push({ due: clock.now(), n }));
      });
      await clock.advance(20);
      const expected = delays.map((due, n) => ({ due, n })).sort((a, b) => a.due - b.due || a.n - b.n);
      expect(fired).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

test("cancelled timers never fire, however many there are", async () => {
  const clock = new DiscreteClock();
  const fired: number[] = [];
  const timers = Array.from({ length: 1000 }, (_, n) => clock.after(n, () => fired.push(n)));
  for (const [n, timer] of timers.entries()) if (n % 10) timer.cancel();
  timers[0]?.cancel();
  timers[0]?.cancel();
  await clock.advance(1000);
  expect(fired).toEqual(Array.from({ length: 99 }, (_, n) => 10 * (n + 1)));
});

test("what a timer sets going comes to rest before the next timer fires", async () => {
  const clock = new DiscreteClock();
  const order: string[] = [];
  clock.after(1, async () => {
    for (let n = 0; n < 50; n++) await Promise.resolve();
    process.nextTick(() => order.push("first at rest"));
  });
  clock.after(1, () => order.push("second"));
  await clock.advance(1);
  expect(order).toEqual(["first at rest", "second"]);
});

test("time that has nothing left to wait for says so instead of hanging", async () => {
  await expect(new DiscreteClock().until(new Promise(() => {}), 5)).rejects.toThrow(/time stands still/);
});

test("a paced clock keeps order and never runs ahead of its pace", async () => {
  const clock = new PacedClock(1000);
  const startedAt = performance.now();
  const fired: number[] = [];
  await new Promise<void>((resolve) => {
    for (let n = 50; n > 0; n--) clock.after(n * 2, () => fired.push(n * 2));
    clock.after(100, resolve);
  });
  expect(fired).toEqual(Array.from({ length: 50 }, (_, n) => 2 * (n + 1)));
  expect(clock.now()).toBeLessThanOrEqual((performance.now() - startedAt) * 1000);
  clock.stop();
});

test("a paced clock on a machine that cannot keep up lags, and fires every timer", async () => {
  const clock = new PacedClock(1_000_000);
  let ticks = 0;
  const tick = (): void => {
    if (++ticks < 500) clock.after(1, tick);
  };
  clock.after(1, tick);
  await new Promise<void>((resolve) => clock.after(500, resolve));
  expect(ticks).toBeGreaterThanOrEqual(499);
  clock.stop();
});

test("a timer set for an earlier time than the one waited for fires first", async () => {
  const clock = new PacedClock(100);
  const order: string[] = [];
  const late = new Promise<void>((resolve) => {
    clock.after(5000, () => {
      order.push("late");
      resolve();
    });
  });
  await new Promise((resolve) => setImmediate(resolve));
  clock.after(100, () => order.push("early"));
  await late;
  expect(order).toEqual(["early", "late"]);
  clock.stop();
});

test("a timer runs in the async context of whoever set it", async () => {
  const store = new AsyncLocalStorage<string>();
  const clock = new DiscreteClock();
  const seen: (string | undefined)[] = [];
  store.run("ada", () => clock.after(1, () => seen.push(store.getStore())));
  store.run("grace", () => clock.after(2, () => seen.push(store.getStore())));
  await store.run("whoever waits", () => clock.advance(2));
  expect(seen).toEqual(["ada", "grace"]);
});

test("what is to last for longer than a timer of Node can, such as 60 days, lasts as long, and can be cancelled", () => {
  const day = 86_400_000;
  const fired: string[] = [];
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    realClock.after(60 * day, () => fired.push("60 days"));
    const cancelled = realClock.after(60 * day, () => fired.push("cancelled"));
    vi.advanceTimersByTime(30 * day);
    cancelled.cancel();
    vi.advanceTimersByTime(30 * day - 1);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect([fired, vi.getTimerCount()]).toEqual([["60 days"], 0]);
  } finally {
    vi.useRealTimers();
  }
});

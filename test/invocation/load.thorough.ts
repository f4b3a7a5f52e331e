import { expect, onTestFinished, test } from "vitest";
import { background, log, report, shield, sleep } from "../../src/ambient.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { DeadlockError } from "../../src/errors.ts";
import type { Invocation } from "../../src/invocation/invocation.ts";
import type { Scheduler } from "../../src/invocation/scheduler.ts";
import { SqliteJournal } from "../../src/journal/sqlite-journal.ts";
import { collected } from "../drivers/faults/heap.ts";
import { type TestThing, testScheduler } from "./fixture.ts";

const ends = (runs: readonly Invocation[]) => Promise.all(runs.map(({ ended }) => ended));

test("F24: a hundred Things with a hundred calls each run them in order, side by side, and keep nothing of them", async () => {
  const processClock = new DiscreteClock();
  const journal = new SqliteJournal({ clock: processClock, log: () => {} });
  onTestFinished(() => journal.close());
  const { clock, scheduler, thing } = testScheduler({ journal, processClock });
  const things = Array.from({ length: 100 }, (_, n) => thing(`thing ${n}`));
  const before = await collected();
  const order = new Map<TestThing, number[]>(things.map((one) => [one, []]));
  const runs = things.flatMap((one) =>
    Array.from({ length: 100 }, (_, n) =>
      one.request("work", async () => {
        order.get(one)?.push(n);
        await sleep(10);
      }),
    ),
  );
  await clock.until(ends(runs));
  expect([new Set(runs.map(({ status }) => status)), clock.now()]).toEqual([new Set(["completed"]), 1000]);
  for (const done of order.values()) expect(done).toEqual(Array.from({ length: 100 }, (_, n) => n));
  const kept = await scheduler.list({}, "history");
  expect(kept.length).toBeGreaterThan(800);
  expect(kept.length).toBeLessThanOrEqual(1100);
  runs.length = 0;
  await processClock.advance(300_000);
  expect(await scheduler.list({}, "listed")).toEqual([]);
  expect((await collected()) - before).toBeLessThan(6e6);
});

/** Work with every kind of wait: its own, of a nested call, in the background, behind another, and where no cancel reaches. */
function everyWait(suspended: (run: Invocation, scheduler: Scheduler) => void) {
  const bench = testScheduler({
    suspended({ root: { record } }) {
      if (record?.action === "dose") suspended(record, bench.scheduler);
    },
  });
  const [dispenser, pump, balance] = [bench.thing("dispenser"), bench.thing("pump"), bench.thing("balance")];
  const other = balance.request("weigh", () => sleep(3));
  const run = dispenser.request(
    "dose",
    async () => {
      background(() => sleep(20));
      try {
        await pump.perform("fill", () => sleep(2));
        await Promise.all([balance.perform("tare", () => sleep(2)), balance.perform("weigh", () => sleep(2))]);
        await sleep(5);
      } finally {
        await shield(() => pump.perform("rinse", () => sleep(2)));
      }
    },
    { reserves: [pump] },
  );
  return { ...bench, things: [dispenser, pump, balance], other, run };
}

test("F25: cancelled at any of its waits, once or a hundred times, work ends once and leaves nothing behind", async () => {
  let waits = 0;
  const dry = everyWait(() => waits++);
  await dry.clock.until(ends([dry.run, dry.other]));
  expect([dry.run.status, waits > 5]).toEqual(["completed", true]);
  const all = waits;
  const ended = new Set<string>();
  for (let at = 1; at <= all; at++)
    for (const times of [1, 100]) {
      waits = 0;
      const bench = everyWait((run, scheduler) => {
        if (++waits !== at) return;
        for (let n = 0; n < times; n++) scheduler.cancel(run, "client", `client ${n}`);
      });
      await bench.clock.until(ends([bench.run, bench.other]));
      const cancels = bench.run.log.entries().filter(({ message }) => message.includes("cancelled by"));
      ended.add(bench.run.status);
      expect([at, bench.run.forced, cancels.length]).toEqual([at, false, 1]);
      expect(bench.other.status).toBe("completed");
      for (const { lane } of bench.things) expect([lane.idle, lane.queue.length]).toEqual([true, 0]);
      expect(bench.clock.nextDue()).toBeUndefined();
    }
  // Cancelled while it cleans up after all was done, it has completed.
  expect([...ended].sort()).toEqual(["cancelled", "completed"]);
});

test.each([2, 3, 4, 7])(
  "F27: of %i that wait for each other, the one that would close the circle fails at once and names it",
  async (n) => {
    const { clock, thing } = testScheduler();
    const things = Array.from({ length: n }, (_, index) => thing(`thing-${index}`));
    const runs = things.map((one, index) =>
      one.request("go", async () => {
        await sleep(10 + index);
        await things[(index + 1) % n]?.perform("next", () => sleep(1));
      }),
    );
    const closing = runs[n - 1];
    await clock.advance(10 + n - 1);
    expect(closing?.status).toBe("error");
    expect(closing?.error).toBeInstanceOf(DeadlockError);
    for (const { name } of things) expect(closing?.error?.message).toContain(`waits for ${name}, held by ${name}/go`);
    await clock.until(ends(runs));
    expect(runs.map(({ status }) => status)).toEqual([...Array(n - 1).fill("completed"), "error"]);
  },
);

test("F28: an action that calls its own Thing, however deep, runs within itself and never hangs", async () => {
  const { clock, thing } = testScheduler();
  const pump = thing("pump");
  const dive = async (depth: number): Promise<void> => {
    await sleep(1);
    if (depth > 0) await pump.perform(`depth ${depth}`, () => dive(depth - 1));
  };
  const run = pump.request("dive", () => dive(50));
  const next = pump.request("next", () => sleep(1));
  await clock.until(ends([run, next]));
  expect([run.status, next.status, run.steps.length, clock.now()]).toEqual(["completed", "completed", 50, 52]);
});

test("F30: of ten thousand reports a second the last is told, the log keeps its end, and memory stays flat", async () => {
  const { clock, thing } = testScheduler();
  const reports = 10_000;
  const seconds = 10;
  const run = thing("pump").request("dispense", async () => {
    for (let second = 1; second <= seconds; second++) {
      for (let n = 1; n <= reports; n++) {
        report({ done: (second - 1) * reports + n, of: 2 * seconds * reports });
        log(`report ${n} of second ${second}`);
      }
      await sleep(1000);
    }
  });
  await clock.advance(0);
  expect(run.progress).toBe(100 / (2 * seconds));
  const before = await collected();
  await clock.advance((seconds - 1) * 1000);
  expect([run.status, run.progress]).toEqual(["running", 50]);
  expect([run.log.entries().length, run.log.dropped]).toEqual([1000, seconds * reports - 1000]);
  expect(run.log.entries().at(-1)?.message).toBe(`report ${reports} of second ${seconds}`);
  expect((await collected()) - before).toBeLessThan(1e6);
  await clock.until(run.ended);
  expect([run.status, run.progress]).toEqual(["completed", 100]);
});

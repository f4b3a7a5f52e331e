import fc from "fast-check";
import { expect, test } from "vitest";
import { sleep } from "../../src/ambient.ts";
import { wait } from "../../src/context.ts";
import type { Invocation } from "../../src/invocation/invocation.ts";
import { isTerminal } from "../../src/invocation/state.ts";
import { type TestThing, testScheduler } from "./fixture.ts";

/** An ambient wait that ends when the random scheduler says so. */
const pause = (schedule: fc.Scheduler) =>
  wait<void>(({ resolve }) => {
    void schedule.schedule(Promise.resolve(), "pause").then(() => resolve());
    return () => {};
  });

/** Notes who is at work on a Thing, and fails if there are two. */
function turnstile(name: string) {
  const inside: string[] = [];
  const order: number[] = [];
  return {
    order,
    async pass(who: string, work: () => Promise<void>, n?: number): Promise<void> {
      inside.push(who);
      if (n !== undefined) order.push(n);
      try {
        expect(inside, `on ${name}`).toHaveLength(1);
        await work();
      } finally {
        inside.splice(inside.indexOf(who), 1);
      }
    },
  };
}

const client = fc.record({
  kind: fc.constantFrom("invoke", "nest", "reserve", "write", "cancel", "swallow"),
  thing: fc.boolean(),
  pauses: fc.integer({ min: 0, max: 3 }),
});

test("F24: under 200 mixed clients each lane keeps its order, runs one at a time, and every invocation ends once", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(client, { minLength: 200, maxLength: 200 }),
      async (schedule, clients) => {
        const { clock, scheduler, thing } = testScheduler();
        const [pump, balance] = [thing("pump", 1000), thing("balance", 1000)];
        const gates = new Map<TestThing, ReturnType<typeof turnstile>>([
          [pump, turnstile("pump")],
          [balance, turnstile("balance")],
        ]);
        const requested: Invocation[] = [];
        const accepted: number[] = [];
        const writes: Promise<unknown>[] = [];
        const on = (one: TestThing) => gates.get(one) as ReturnType<typeof turnstile>;
        const pauses = async (count: number) => {
          for (let n = 0; n < count; n++) await pause(schedule);
        };

        const act = (n: number, { kind, thing: first, pauses: count }: (typeof clients)[number]) => {
          const [own, other] = first ? [pump, balance] : [balance, pump];
          const pass = (one: TestThing, m?: number) => on(one).pass(`${n}`, () => pauses(count), m);
          if (kind === "cancel") {
            const live = requested.filter(({ status }) => !isTerminal(status));
            const victim = live[n % Math.max(1, live.length)];
            if (victim) scheduler.cancel(victim, "client", `client ${n}`);
          } else if (kind === "write") writes.push(own.write("rate", () => pass(own)).catch(() => {}));
          else {
            accepted.push(n);
            const run = {
              invoke: () => pass(own, n),
              swallow: () => pass(own, n).catch(() => pauses(count)),
              nest: async () => {
                await pass(own, n);
                await other.perform("nested", () => pass(other));
              },
              reserve: async () => {
                await Promise.all([pass(own, n), other.perform("nested", () => pass(other))]);
              },
            }[kind];
            requested.push(own.request(kind, run, { reserves: kind === "reserve" ? [other] : [], cancelGraceMs: 1e9 }));
          }
        };

        const done = clients.map((one, n) =>
          schedule.schedule(Promise.resolve(), `client ${n}`).then(() => act(n, one)),
        );
        await schedule.waitFor(Promise.all(done));
        await schedule.waitFor(Promise.all([...requested.map(({ ended }) => ended), ...writes]));
        expect(requested.filter(({ status }) => !isTerminal(status))).toEqual([]);
        for (const { order } of gates.values()) {
          const position = order.map((n) => accepted.indexOf(n));
          expect(position).toEqual([...position].sort((a, b) => a - b));
        }
        expect([pump.lane.idle, balance.lane.idle, clock.now()]).toEqual([true, true, 0]);
      },
    ),
    { numRuns: 15, endOnFailure: true },
  );
});

test("F25: a cancel that races with start, completion and deadline leaves one terminal state", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        cancelAt: fc.integer({ min: 0, max: 6 }),
        workMs: fc.integer({ min: 0, max: 6 }),
        timeoutMs: fc.integer({ min: 0, max: 6 }),
        behindMs: fc.integer({ min: 0, max: 6 }),
        graceMs: fc.integer({ min: 0, max: 2 }),
        swallows: fc.boolean(),
      }),
      async ({ cancelAt, workMs, timeoutMs, behindMs, graceMs, swallows }) => {
        const { clock, scheduler, thing } = testScheduler();
        const pump = thing("pump");
        pump.request("before", () => sleep(behindMs));
        const run = pump.request("work", () => (swallows ? sleep(workMs).catch(() => {}) : sleep(workMs)), {
          timeoutMs,
          cancelGraceMs: graceMs,
        });
        const states: string[] = [run.status];
        clock.after(cancelAt, () => {
          if (isTerminal(run.status)) expect(() => scheduler.cancel(run, "client", "ada")).toThrow(/has not ended/);
          else scheduler.cancel(run, "client", "ada");
        });
        await clock.until(run.ended);
        states.push(run.status);
        await clock.advance(100);
        states.push(run.status);
        expect(isTerminal(run.status)).toBe(true);
        expect(states[1]).toBe(states[2]);
        expect(pump.lane.idle).toBe(true);
        seen.add(run.status);
      },
    ),
    { numRuns: 300 },
  );
  expect([...seen].sort()).toEqual(["cancelled", "completed", "error"]);
});

test("F25: a thousand cancels of one invocation have one effect", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const run = thing("pump").request("work", () => sleep(1000));
  for (let n = 0; n < 1000; n++) scheduler.cancel(run, "client", `client ${n}`);
  await clock.until(run.ended);
  expect([run.status, run.log.entries().filter(({ message }) => message.includes("cancelled by")).length]).toEqual([
    "cancelled",
    1,
  ]);
});

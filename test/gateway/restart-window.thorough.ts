import fc from "fast-check";
import { expect, test } from "vitest";
import { type Life, Lives } from "./lives.ts";

type Bench = Awaited<ReturnType<Lives["start"]>>;
const written = (bench: Bench, all: readonly Parameters<Bench["gateway"]["acknowledged"]>[0][]) =>
  Promise.all(all.map((one) => bench.gateway.acknowledged(one)));

/** One that runs, and behind it what waits. */
async function busy(lives: Lives, leases: readonly number[] = []) {
  const bench = await lives.start();
  const running = bench.ask("stir", 0);
  const [plain, first, second] = [bench.ask("plain", 1), bench.ask("stir", 2, leases), bench.ask("stir", 3)];
  await written(bench, [running, plain, first, second]);
  return { bench, running, plain, first, second };
}

test("after a kill what waited, and may, is queued again in the old order, and is the same invocation", async () => {
  const lives = new Lives();
  const { running, plain, first, second } = await busy(lives);
  lives.kill();
  const after = await lives.start();
  const waiting = await after.find(second.id);
  expect(waiting).toMatchObject({ status: "pending", seq: second.seq, requestedAt: second.requestedAt });
  expect(waiting?.log).toEqual([expect.stringContaining("queued again")]);
  await after.clock.advance(3000);
  expect(lives.ran).toEqual([0, 2, 3]);
  expect([await after.find(running.id), await after.find(plain.id)]).toMatchObject([
    { status: "error", outcome: "unknown" },
    { status: "cancelled", reason: "restart" },
  ]);
  expect([await after.find(first.id), await after.find(second.id)]).toMatchObject([
    { status: "completed", seq: first.seq },
    { status: "completed", seq: second.seq },
  ]);
  expect(after.ask("stir", 4).seq).toBe(second.seq + 1);
});

test("what has begun is never queued again, however often benchd is killed", async () => {
  const lives = new Lives();
  const { second } = await busy(lives);
  for (let n = 0; n < 4; n++) {
    lives.kill();
    const after = await lives.start();
    await after.clock.advance(10);
  }
  expect(lives.ran).toEqual([0, 2, 3]);
  lives.kill();
  expect(await (await lives.start()).find(second.id)).toMatchObject({ status: "error", outcome: "unknown" });
});

test.each([
  ["its time had passed", "UPDATE parts SET body = body - 60000 WHERE part = 'uptime'", "later than 60 s"],
  ["it was asked for later than now", "UPDATE parts SET body = body + 5000 WHERE part = 'uptime'", "nobody knows how"],
  ["an earlier benchd has not noted when", "DELETE FROM parts WHERE part = 'uptime'", "nobody knows how"],
  ["its action is gone", "UPDATE invocations SET action = 'stirr'", "there is no action stirr"],
  ["its Thing is gone", "UPDATE invocations SET thing = 'shaker'", "there is no action stir of shaker"],
  ["its input fits no more", "UPDATE parts SET body = '{}' WHERE part = 'input'", "not queued again"],
])("what waited is cancelled, and says why: %s", async (_, sql, why) => {
  const lives = new Lives();
  const { first } = await busy(lives);
  lives.kill();
  lives.alter(sql);
  const after = await lives.start();
  await after.clock.advance(5000);
  const found = await after.find(first.id);
  expect(found).toMatchObject({ status: "cancelled", reason: "restart", outcome: undefined });
  expect(found?.log.join()).toContain(why);
  expect(lives.ran).toEqual([0]);
});

test("what was to start sooner than its action may does so over restarts too, or not at all", async () => {
  const lives = new Lives();
  const before = await lives.start();
  const all = [
    before.ask("stir", 0),
    before.ask("stir", 1, [], 20_000),
    before.ask("stir", 2, [], 50_000),
    before.ask("stir", 3),
  ];
  await written(before, all);
  const later = async (seconds: number) => {
    lives.kill();
    lives.alter(`UPDATE parts SET body = body - ${seconds * 1000} WHERE part = 'uptime'`);
    return lives.start();
  };
  // Nothing begins in that life: it ends at once.
  const between = await later(30);
  expect((await between.find(all[1]?.id ?? ""))?.log.join()).toContain("later than 20 s");
  const after = await later(15);
  await after.clock.advance(5000);
  expect(lives.ran).toEqual([0, 2, 3]);
});

test.each([10 * 365, -14])(
  "F33: what waited is queued again in its time, whatever the wall clock has done: %d days on",
  async (days) => {
    const lives = new Lives();
    const { first, second } = await busy(lives);
    lives.kill();
    const ms = days * 24 * 60 * 60 * 1000;
    lives.alter(`UPDATE invocations SET requested_at = requested_at - ${ms}`);
    const after = await lives.start();
    await after.clock.advance(5000);
    expect(lives.ran).toEqual([0, 2, 3]);
    expect([await after.find(first.id), await after.find(second.id)]).toMatchObject([
      { status: "completed" },
      { status: "completed" },
    ]);
  },
);

test.each<readonly [string, Life, string]>([
  ["the driver does not want it any more", { window: {} }, "not queued again any more"],
  ["it would not start in time", { window: { restartWithinMs: 60_000, startWithinMs: 1 } }, "could not start in time"],
  ["the device is not there", { absent: true }, "the cable is out"],
])("what is not accepted any more is cancelled, and says why: %s", async (_, life, why) => {
  const lives = new Lives();
  const { first } = await busy(lives);
  lives.kill();
  lives.alter("UPDATE parts SET body = body - 1000 WHERE part = 'uptime'");
  await lives.start(life);
  lives.kill();
  const found = await (await lives.start()).find(first.id);
  expect(found).toMatchObject({ status: "cancelled", reason: "restart" });
  expect(found?.log.join()).toContain(why);
  expect(lives.ran).toEqual([0]);
});

test("an emergency stop that is latched lets nothing of it in, and clearing it starts nothing", async () => {
  const lives = new Lives();
  const { first } = await busy(lives);
  lives.kill();
  // The last it did was to write the latch; of what it has cancelled nothing had reached the file.
  lives.put("emergency-stop.json", { at: Date.now(), by: "ada" });
  const after = await lives.start();
  expect(await after.find(first.id)).toMatchObject({ status: "cancelled" });
  await after.clock.until(after.gateway.emergencyStop.clear("ada"));
  await after.clock.advance(5000);
  expect(lives.ran).toEqual([0]);
});

test("what was asked for under a lease is cancelled: the lease has ended with the process", async () => {
  const lives = new Lives();
  const bench = await lives.start();
  const { number } = await bench.gateway.leases.take("mixer", "ada", { seconds: 60, note: "", onLoss: "finish" });
  const [running, held] = [bench.ask("stir", 0, [number]), bench.ask("stir", 1, [number])];
  await written(bench, [running, held]);
  lives.kill();
  const after = await lives.start();
  expect((await after.find(held.id))?.log.join()).toContain("the lease");
  await after.clock.advance(5000);
  expect(lives.ran).toEqual([0]);
});

test("after the machine itself went down nothing is queued again: nobody knows what had begun", async () => {
  const lives = new Lives();
  const { first } = await busy(lives);
  lives.kill();
  lives.alter("UPDATE meta SET value = 'another' WHERE key = 'boot'");
  const after = await lives.start();
  await after.clock.advance(5000);
  expect(await after.find(first.id)).toMatchObject({ status: "error", outcome: "unknown" });
  expect(lives.ran).toEqual([0]);
});

test("over a planned stop it waits for the next start, unless it is cancelled before benchd has ended", async () => {
  const lives = new Lives();
  const { bench, plain, first, second } = await busy(lives);
  const closing = bench.gateway.close();
  expect([plain.status, first.status, first.waitingFor]).toEqual([
    "cancelled",
    "pending",
    "benchd to be started again",
  ]);
  await bench.cancel(second);
  void bench.gateway.close({ graceMs: 0 });
  await bench.clock.until(closing);
  const after = await lives.start();
  await after.clock.advance(5000);
  expect(lives.ran).toEqual([0, 2]);
  expect([await after.find(plain.id), await after.find(first.id), await after.find(second.id)]).toMatchObject([
    { status: "cancelled", reason: "shutdown" },
    { status: "completed", seq: first.seq },
    { status: "cancelled", reason: "client" },
  ]);
});

test("a request that is repeated with its key after the restart gets the same invocation, which runs once", async () => {
  const lives = new Lives();
  const bench = await lives.start();
  const key = { id: "k", body: "b" };
  const post = ({ gateway, thing }: Bench, n: number) =>
    gateway.keys.invocation(key, (startsAfter) =>
      thing("mixer").invoke("stir", { n }, { requestedBy: "ada", startsAfter }),
    );
  bench.ask("stir", 0);
  const { invocation } = await post(bench, 1);
  lives.kill();
  const after = await lives.start();
  const again = await post(after, 1);
  expect([again.replayed, again.invocation.id]).toEqual([true, invocation.id]);
  await after.clock.advance(5000);
  expect((await post(after, 1)).invocation).toMatchObject({ id: invocation.id, status: "completed" });
  expect(lives.ran).toEqual([0, 1]);
});

test("whenever benchd is killed or stopped, each call runs at most once, in order, and has one end", async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom("stir" as const, "plain" as const) },
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 2500 }) },
    { weight: 2, arbitrary: fc.constantFrom("cancel" as const, "kill" as const, "stop" as const) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const lives = new Lives();
      let bench = await lives.start();
      const ids: string[] = [];
      const over = new Map<string, string>();
      for (const one of [...steps, "kill" as const, 60_000]) {
        if (one === "stir" || one === "plain") {
          const invocation = bench.ask(one, ids.length);
          await bench.gateway.acknowledged(invocation);
          ids.push(invocation.id);
        } else if (one === "cancel") {
          const id = ids.at(-1);
          if (id !== undefined && (await bench.find(id))?.status === "pending") await bench.gateway.cancel(id, "ada");
        } else if (one === "kill" || one === "stop") {
          if (one === "stop") await bench.close();
          lives.kill();
          bench = await lives.start();
        } else await bench.clock.advance(one);
        // What is told of them from here on is on the disk.
        for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve));
        for (const id of ids) {
          const status = (await bench.find(id))?.status ?? "lost";
          if (over.has(id)) expect(status).toBe(over.get(id));
          else if (status !== "pending" && status !== "running") over.set(id, status);
        }
      }
      expect(lives.ran).toEqual([...new Set(lives.ran)].sort((a, b) => a - b));
      expect(ids.filter((id) => !over.has(id) || over.get(id) === "lost")).toEqual([]);
      const never = ids.filter((_, n) => !lives.ran.includes(n)).map((id) => over.get(id));
      expect(new Set(never)).toEqual(new Set(never.slice(0, 1).map(() => "cancelled")));
    }),
    { numRuns: 25 },
  );
});

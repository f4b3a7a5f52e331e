import { expect, it } from "vitest";
import { StorageError } from "../../src/errors.ts";
import { Keys } from "../../src/gateway/keys.ts";
import type { Invocation } from "../../src/invocation/invocation.ts";
import type { KeptKey, Key } from "../../src/journal/key-table.ts";
import { type TestThing, testScheduler, urgently } from "../invocation/fixture.ts";

/** A disk that has what it is given when the test says so. */
function slowDisk() {
  const kept = new Map<string, KeptKey>();
  const waiting: { readonly key: Key; resolve(): void; reject(error: Error): void }[] = [];
  const store = {
    key: (id: string) => kept.get(id),
    keepKey: (key: Key) => new Promise<void>((resolve, reject) => void waiting.push({ key, resolve, reject })),
    dropKey: (id: string) => void kept.delete(id),
  };
  const next = () => {
    const one = waiting.shift();
    if (!one) throw new Error("nothing is on its way to the disk");
    return one;
  };
  return {
    store,
    /** It has the oldest that is on its way. */
    takes() {
      const { key, resolve } = next();
      kept.set(key.id, { body: key.body, answer: key.answer ?? null, invocation: null });
      resolve();
    },
    fails: () => next().reject(new StorageError("it is full")),
  };
}

function bench() {
  const disk = slowDisk();
  const { scheduler, processClock, clock, thing } = testScheduler();
  const keys = new Keys({ store: disk.store, invocations: scheduler, clock: processClock });
  const pump = thing("pump");
  const done: string[] = [];
  const ask = (id: string, options: Parameters<TestThing["request"]>[2] = {}) =>
    keys.invocation({ id, body: "" }, (startsAfter) =>
      pump.request("dose", () => void done.push(id), { ...options, startsAfter }),
    );
  const live = async (): Promise<readonly Invocation[]> => (await scheduler.list({})) as readonly Invocation[];
  return { disk, scheduler, processClock, clock, pump, keys, done, ask, live };
}

it("nothing starts before the disk has its key, and what came later does not overtake it", async () => {
  const { disk, pump, done, ask, clock } = bench();
  const first = ask("a");
  const later = pump.request("dose", () => void done.push("later"));
  await clock.advance(1000);
  expect([later.status, done]).toEqual(["pending", []]);
  disk.takes();
  expect((await first).replayed).toBe(false);
  await later.ended;
  expect(done).toEqual(["a", "later"]);
});

it("what runs beside the lanes waits for the disk too", async () => {
  const { disk, done, ask, live, clock } = bench();
  const asked = ask("a", { lanes: [] });
  await clock.advance(1000);
  const [waiting] = await live();
  expect([waiting?.status, waiting?.queuePosition, waiting?.waitingFor]).toEqual([
    "pending",
    0,
    expect.stringContaining("disk"),
  ]);
  disk.takes();
  await asked;
  expect(done).toEqual(["a"]);
});

it("when the disk fails, whoever asks is told so, nothing starts, and the key is free", async () => {
  const { disk, done, ask, live, clock } = bench();
  const [first, second] = [ask("a"), ask("a")];
  disk.fails();
  await expect(first).rejects.toThrow(StorageError);
  await expect(second).rejects.toThrow(StorageError);
  await clock.advance(1000);
  expect((await live()).map(({ status, startedAt }) => [status, startedAt])).toEqual([["error", undefined]]);
  const again = ask("a");
  disk.takes();
  expect((await again).replayed).toBe(false);
  expect(done).toEqual(["a"]);
});

it("a disk that takes too long counts as one that fails", async () => {
  const { disk, done, ask, processClock, clock } = bench();
  const asked = ask("a");
  const refused = expect(asked).rejects.toThrow("10 s");
  await processClock.advance(10_000);
  await refused;
  disk.takes();
  await clock.advance(1000);
  expect(done).toEqual([]);
});

it("what is cancelled before the disk has its key never starts, and is what the key stands for", async () => {
  const { disk, done, ask, live, scheduler, clock } = bench();
  const asked = ask("a");
  const [waiting] = await live();
  if (!waiting) throw new Error("nothing was asked for");
  scheduler.cancel(waiting, "client", "ada");
  disk.takes();
  expect((await asked).invocation).toMatchObject({ id: waiting.id, status: "cancelled" });
  await clock.advance(1000);
  expect(done).toEqual([]);
});

it("an emergency stop drops what waits for the disk, and waits for nothing itself", async () => {
  const { disk, done, ask, live, scheduler } = bench();
  const asked = [ask("a"), ask("b", { lanes: [] })];
  scheduler.breakOffAll("emergency_stop", "ada", () => {});
  expect((await live()).map(({ status, reason }) => [status, reason])).toEqual([
    ["cancelled", "emergency_stop"],
    ["cancelled", "emergency_stop"],
  ]);
  disk.takes();
  disk.takes();
  await Promise.all(asked);
  expect(done).toEqual([]);
});

it("what is urgent does not wait for the disk, nor fail with it, and is done once all the same", async () => {
  const { disk, done, ask, clock } = bench();
  const first = await ask("a", urgently);
  const second = ask("a", urgently);
  await clock.advance(0);
  expect(done).toEqual(["a"]);
  disk.takes();
  expect((await second).invocation.id).toBe(first.invocation.id);
  await ask("b", urgently);
  disk.fails();
  expect(done).toEqual(["a", "b"]);
});

it("a key whose invocation nobody can find is told as unknown, never begun again", async () => {
  const { disk, done, ask } = bench();
  const asked = ask("a");
  disk.takes();
  await asked;
  await expect(ask("a")).rejects.toMatchObject({ code: "BENCHD_KEY_OUTCOME" });
  expect(done).toEqual(["a"]);
});

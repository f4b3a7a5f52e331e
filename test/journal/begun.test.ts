import { expect, it } from "vitest";
import type { CallRules } from "../../src/invocation/call.ts";
import { testScheduler } from "../invocation/fixture.ts";
import { openOnSmallDisk } from "./fixture.ts";

/** A call that has waited, and whose start the disk does not take. */
async function startOnFullDisk(rules: CallRules) {
  const disk = openOnSmallDisk();
  const { thing, scheduler } = testScheduler({ journal: disk.journal });
  const pump = thing("pump");
  let runs = 0;
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const first = pump.request("first", () => gate);
  const second = pump.request("second", () => void runs++, rules);
  await disk.journal.acknowledged(second);
  second.write("info", "pump", "x".repeat(4000));
  disk.fill();
  open();
  await first.over;
  expect(disk.journal.failure).toBeDefined();
  return { disk, scheduler, second, runs: () => runs };
}

const window = { restartWithinMs: 60_000 };

it("what would be queued again after a kill does not begin before the file says that it has", async () => {
  const { disk, second, runs } = await startOnFullDisk(window);
  expect(runs()).toBe(0);
  disk.free();
  await second.over;
  expect([runs(), second.status]).toEqual([1, "completed"]);
});

it("it never begins when it is cancelled in the meantime", async () => {
  const { disk, scheduler, second, runs } = await startOnFullDisk(window);
  scheduler.cancel(second, "client", "ada");
  disk.free();
  await second.over;
  expect([runs(), second.status, second.reason]).toEqual([0, "cancelled", "client"]);
});

it("it fails when the file, tried once more, still does not take it", async () => {
  const { second, runs } = await startOnFullDisk(window);
  await second.over;
  expect([runs(), second.status, second.error?.name]).toEqual([0, "error", "StorageError"]);
});

it("what is never queued again begins all the same, as nothing can run twice", async () => {
  const { runs } = await startOnFullDisk({});
  expect(runs()).toBe(1);
});

import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { deliver, report, sleep } from "../../src/ambient.ts";
import { DisconnectedError } from "../../src/errors.ts";
import { Invocation } from "../../src/invocation/invocation.ts";
import { DeliveryLedger } from "../../src/invocation/ledger.ts";
import { InvocationLog } from "../../src/invocation/log.ts";
import { type InvocationStatus, isTerminal, mayBecome } from "../../src/invocation/state.ts";
import { testJournal, testScheduler } from "./fixture.ts";

const statuses = ["pending", "running", "completed", "cancelled", "error"] as const;

test("no sequence of transitions leaves a terminal status or comes back to an earlier one", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...statuses)), (wanted) => {
      const path: InvocationStatus[] = ["pending"];
      for (const status of wanted) if (mayBecome(path.at(-1) ?? "pending", status)) path.push(status);
      expect(new Set(path).size).toBe(path.length);
      expect(path.slice(0, -1).filter(isTerminal)).toEqual([]);
    }),
  );
});

test("a log keeps the last 1000 entries in order, and tells how many it dropped", () => {
  const log = new InvocationLog();
  for (let n = 0; n < 2345; n++) log.add({ at: n, level: "info", thing: "pump", message: `line ${n}` });
  const entries = log.entries();
  expect([entries.length, log.dropped, log.nextSeq]).toEqual([1000, 1345, 2345]);
  expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 1000 }, (_, n) => 1345 + n));
  expect(log.entries(2340).map(({ message }) => message)).toEqual(entries.slice(-5).map(({ message }) => message));
});

test("a log entry is cut where it becomes a book", () => {
  const log = new InvocationLog();
  const { message } = log.add({ at: 0, level: "info", thing: "pump", message: "x".repeat(1e6) });
  expect(message.length).toBeLessThan(5000);
});

test("deliveries are cumulative within a call and added up over the calls of a Thing, unit by unit", () => {
  const ledger = new DeliveryLedger();
  const [first, second] = [{}, {}];
  ledger.record(first, "pump", { unit: "mL", requested: 2, confirmed: 0.5, uncertain: 0.2 });
  ledger.record(first, "pump", { unit: "mL", requested: 2, confirmed: 2 });
  ledger.settle(first);
  ledger.record(second, "pump", { unit: "mL", requested: 1, confirmed: 0.25, uncertain: 0.5 });
  ledger.record(second, "dispenser", { unit: "g", requested: 3, confirmed: 2.2 });
  expect(ledger.totals()).toEqual([
    { thing: "pump", unit: "mL", requested: 3, confirmed: 2.25, uncertain: 0.5 },
    { thing: "dispenser", unit: "g", requested: 3, confirmed: 2.2, uncertain: 0 },
  ]);
});

test("what the device has counted takes the place of what an open call had told, and is not added to it", () => {
  const ledger = new DeliveryLedger();
  const [pumps, weighs] = [{}, {}];
  ledger.record(pumps, "pump", { unit: "mL", requested: 5, confirmed: 2, uncertain: 3 });
  ledger.record(weighs, "balance", { unit: "mL", requested: 5, confirmed: 1 });
  ledger.reconcile("pump", { unit: "mL", requested: 5, confirmed: 3 });
  expect(ledger.totals()).toEqual([
    { thing: "pump", unit: "mL", requested: 5, confirmed: 3, uncertain: 0 },
    { thing: "balance", unit: "mL", requested: 5, confirmed: 1, uncertain: 0 },
  ]);
});

test("a device's counter tells of the last call on it: what earlier ones have delivered stays", () => {
  const ledger = new DeliveryLedger();
  const [first, second] = [{}, {}];
  ledger.record(first, "pump", { unit: "mL", requested: 5, confirmed: 5 });
  ledger.settle(first);
  ledger.record(second, "pump", { unit: "mL", requested: 3, confirmed: 1, uncertain: 2 });
  expect(ledger.deliveries().lastCalls).toEqual([
    { thing: "pump", unit: "mL", requested: 3, confirmed: 1, uncertain: 2 },
  ]);
  ledger.reconcile("pump", { unit: "mL", requested: 3, confirmed: 2.5 });
  expect(ledger.deliveries()).toEqual({
    totals: [{ thing: "pump", unit: "mL", requested: 8, confirmed: 7.5, uncertain: 0 }],
    lastCalls: [],
  });
});

test("an output that would fill the memory is an error, and so is one without an end (F08)", async () => {
  const { clock, thing } = testScheduler();
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  const outputs = ["x".repeat(9 * 2 ** 20), Array.from({ length: 1.2e6 }, () => ({})), circle];
  for (const output of outputs) {
    const run = thing("pump").request("measure", () => output);
    await clock.until(run.ended);
    expect([run.error?.name, run.output]).toEqual(["OutputError", undefined]);
  }
  const large = thing("pump").request("measure", () => "x".repeat(4 * 2 ** 20));
  await clock.until(large.ended);
  expect(large.status).toBe("completed");
});

test("closing waits for no journal that never has written", async () => {
  const forever = new Promise<void>(() => {});
  const { clock, scheduler, thing } = testScheduler({ journal: { ...testJournal(), acknowledged: () => forever } });
  const run = thing("pump").request("dispense", () => sleep(1e6));
  await clock.until(scheduler.close());
  expect(run.status).toBe("cancelled");
});

test("durations go by the clock that nobody sets, whatever the wall clock does (F33)", async () => {
  const { clock, processClock, thing } = testScheduler();
  const wall = vi.spyOn(Date, "now").mockReturnValue(2e12);
  const [pump] = [thing("pump")];
  const first = pump.request("dispense", () => sleep(100));
  const second = pump.request("dispense", () => {});
  await processClock.advance(250);
  wall.mockReturnValue(1e12);
  await clock.until(second.ended);
  wall.mockRestore();
  expect([first.ranMs, second.waitedMs, second.ranMs]).toEqual([250, 250, 0]);
  expect([first.startedAt, first.endedAt, first.seq < second.seq]).toEqual([2e12, 1e12, true]);
});

test("F33: each record tells whether the wall clock was known to be right when it was asked for", () => {
  let right = false;
  const { thing } = testScheduler({ clockTrusted: () => right });
  const pump = thing("pump");
  const before = pump.request("dispense", () => {});
  right = true;
  const after = pump.request("dispense", () => {});
  expect([before.clockTrusted, after.clockTrusted]).toEqual([false, true]);
});

test("what is uncertain at the end makes the outcome unknown, until the device has told", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const run = thing("pump").request("dispense", async () => {
    deliver({ unit: "mL", requested: 5, confirmed: 1, uncertain: 0.5 });
    await sleep(1);
    throw new DisconnectedError("the cable is out");
  });
  await clock.until(run.ended);
  expect([run.status, run.outcome]).toEqual(["error", "unknown"]);
  run.reconcile("pump", { unit: "mL", requested: 5, confirmed: 1.4 });
  expect([run.outcome, run.delivery]).toEqual([
    undefined,
    [{ thing: "pump", unit: "mL", requested: 5, confirmed: 1.4, uncertain: 0 }],
  ]);
  expect(await scheduler.find(run.id)).toBe(run);
});

test("what waited when its device was lost has not begun: its outcome is not unknown", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const pump = thing("pump");
  const runs = [pump.request("dispense", () => sleep(1000)), pump.request("dispense", () => sleep(1000))];
  const lost = new DisconnectedError("the cable is out", { outcome: "unknown" });
  await clock.advance(1);
  scheduler.refuse(pump.lane, lost);
  scheduler.fail(pump.lane, lost);
  await clock.until(Promise.all(runs.map(({ ended }) => ended)));
  expect(runs.map(({ status, outcome }) => [status, outcome])).toEqual([
    ["error", "unknown"],
    ["error", undefined],
  ]);
});

test("progress is a percentage, bounded, and null for what is no fraction", async () => {
  const { clock, thing } = testScheduler();
  const seen: (number | null)[] = [];
  const run = thing("pump").request("dispense", async () => {
    for (const done of [0, 1, 4 / 3, 9, -1, Number.NaN]) {
      await sleep(1);
      report({ done, of: 4 });
      seen.push(run.progress);
    }
  });
  await clock.until(run.ended);
  expect(seen).toEqual([0, 25, 33.33, 100, 0, null]);
});

test("only the latest 200 steps are kept", async () => {
  const { clock, thing } = testScheduler();
  const [dispenser, pump] = [thing("dispenser"), thing("pump")];
  const run = dispenser.request("dose", async () => {
    for (let n = 0; n < 250; n++) await pump.perform(`step ${n}`, () => {});
  });
  await clock.until(run.ended);
  expect([run.steps.length, run.steps[0]?.action]).toEqual([200, "step 50"]);
});

test("no step is told as running once its invocation has ended, and a late end changes nothing", () => {
  const request = { thing: "dispenser", action: "dose", input: null, requestedBy: "a test", retentionMs: 1000, seq: 1 };
  const invocation = new Invocation(request);
  const step = invocation.step("pump", "dispense");
  invocation.start();
  step.start();
  invocation.end({ status: "completed" });
  step.end("completed");
  expect([step.status, step.error]).toEqual(["error", "it was cut off"]);
});

import { expect, test } from "vitest";
import { acknowledgeCancel, sleep } from "../../src/ambient.ts";
import { Scheduler } from "../../src/invocation/scheduler.ts";
import { gate, TestThing, testJournal, testScheduler } from "./fixture.ts";

test("whatever a handler does, its lane is never overdue: deadline and ladder see to it", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const pump = thing("pump");
  const stuck = gate();
  const slow = pump.request("slow", () => sleep(1e6), { timeoutMs: 1000 });
  pump.request("hang", () => stuck.opened);
  expect(pump.lane.overdue()).toBeUndefined();
  await clock.until(slow.ended);
  const hanging = scheduler.find((await scheduler.list({})).at(-1)?.id ?? "");
  const run = await hanging;
  await clock.advance(1e9);
  // Nobody has said when it has to end.
  expect([run?.status, pump.lane.overdue()]).toEqual(["running", undefined]);
  if (run) scheduler.cancel(run, "client", "ada");
  await clock.advance(60_000);
  expect([run?.status, pump.lane.overdue()]).toEqual(["cancelled", undefined]);
});

test("a call that goes on, as it was allowed to when it was cancelled, has no end that it could miss", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const pump = thing("pump");
  const run = pump.request("drain", async () => {
    await sleep(1000).catch(() => acknowledgeCancel());
    await sleep(1e6);
  });
  scheduler.cancel(run, "client", "ada");
  await clock.advance(500_000);
  expect([run.status, pump.lane.overdue()]).toEqual(["running", undefined]);
});

test("a call that has missed its end is told, with who holds what", async () => {
  const { clock } = testScheduler();
  // Its deadline never comes, nor any other timer: whoever counts on them is lost.
  const deaf = { now: () => clock.now(), after: () => ({ cancel() {} }) };
  const scheduler = new Scheduler({
    clock: deaf,
    processClock: clock,
    journal: testJournal(),
    admission: { admit: () => {} },
    log: () => {},
  });
  const [pump, dispenser] = [new TestThing(scheduler, "pump"), new TestThing(scheduler, "dispenser")];
  const stuck = gate();
  const dose = dispenser.request("dose", () => pump.perform("dispense", () => stuck.opened), { timeoutMs: 1000 });
  await clock.advance(26_000);
  expect(pump.lane.overdue()).toBeUndefined();
  await clock.advance(4000);
  const words = `dispenser/dose (${dose.id}) still holds`;
  expect(dispenser.lane.overdue()).toBe(`${words} dispenser, 4 s too long`);
  expect(pump.lane.overdue()).toBe(`${words} pump, 4 s too long`);
  stuck.open();
  await clock.until(dose.ended);
  expect(pump.lane.overdue()).toBeUndefined();
});

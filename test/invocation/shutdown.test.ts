import { expect, test } from "vitest";
import { shield, sleep } from "../../src/ambient.ts";
import { NotReadyError } from "../../src/errors.ts";
import { testScheduler, urgently } from "./fixture.ts";

test("at shutdown what waits for several Things is dropped, and nothing behind it starts", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const [pump, balance] = [thing("pump"), thing("balance")];
  const weigh = balance.request("weigh", () => sleep(1000));
  const dose = pump.request("dose", () => {}, { reserves: [balance] });
  const next = pump.request("dispense", () => sleep(50));
  await clock.until(scheduler.close());
  expect([weigh, dose, next].map(({ status, reason }) => [status, reason])).toEqual([
    ["cancelled", "shutdown"],
    ["cancelled", "shutdown"],
    ["cancelled", "shutdown"],
  ]);
  expect([next.startedAt, clock.nextDue()]).toEqual([undefined, undefined]);
});

test("at shutdown a write that waits for its turn is refused, and nothing is stopped because of it later", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const pump = thing("pump");
  pump.request("dispense", () => sleep(60_000));
  const write = pump.write("rate", () => {});
  write.catch(() => {});
  await clock.advance(10);
  await clock.until(scheduler.close());
  await expect(write).rejects.toThrow("shutdown");
  expect([pump.done, clock.nextDue()]).toEqual([[], undefined]);
});

test("a shutdown waits for a write under way", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const done: string[] = [];
  const write = thing("pump").write("rate", async () => {
    await shield(() => sleep(1000));
    done.push("written");
  });
  await clock.advance(10);
  await clock.until(scheduler.close());
  await write;
  expect([done, clock.now()]).toEqual([["written"], 1000]);
});

test("a shutdown that is asked for again with no grace cuts off what still has one", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const run = thing("pump").request("dispense", () => shield(() => sleep(60_000)), { cancelGraceMs: 10_000 });
  const closed = scheduler.close();
  await clock.advance(10);
  void scheduler.close(0);
  await clock.until(closed);
  expect([run.status, run.reason, run.forced, clock.now()]).toEqual(["cancelled", "shutdown", true, 10]);
});

test("during a shutdown only what is urgent is taken in, and clean-up may still call what it needs", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const [dispenser, pump] = [thing("dispenser"), thing("pump")];
  const done: string[] = [];
  dispenser.request("dose", async () => {
    try {
      await sleep(60_000);
    } finally {
      await shield(() => pump.perform("park", () => done.push("parked")));
    }
  });
  const closed = scheduler.close();
  expect(() => pump.request("dispense", () => {})).toThrow(NotReadyError);
  await expect(pump.write("rate", () => {})).rejects.toThrow("shutting down");
  const stop = pump.request("stop", () => done.push("stopped"), urgently);
  await clock.until(Promise.all([closed, stop.ended]));
  expect(done.sort()).toEqual(["parked", "stopped"]);
});

import { AsyncResource } from "node:async_hooks";
import { expect, test } from "vitest";
import { sleep } from "../../src/ambient.ts";
import { testLatch, testLine, testScheduler, urgently } from "./fixture.ts";

test("whatever an emergency stop meets is fenced already when the stop is sent", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const [dispenser, pump, valve, stage] = [thing("dispenser"), thing("pump"), thing("valve"), thing("stage")];
  const line = testLine();
  const attempts: (() => void)[] = [];
  const drive = (what: string) => () => {
    // To be tried in its own async context, in the very moment of the stop.
    attempts.push(AsyncResource.bind(() => line.send(what)));
    return sleep(1000);
  };
  const runs = [
    dispenser.request("dose", () => pump.perform("dispense", drive("a nested call"))),
    valve.request("estimate", drive("a call beside the lane"), { lanes: [] }),
  ];
  stage.write("speed", drive("a write")).catch(() => {});
  await clock.advance(1);
  scheduler.breakOffAll("emergency_stop", "ada", () => {
    for (const attempt of attempts) expect(attempt).toThrow("emergency_stop");
  });
  await clock.until(Promise.all(runs.map(({ ended }) => ended)));
  expect([line.sent, line.refused.sort()]).toEqual([[], ["a call beside the lane", "a nested call", "a write"]]);
});

test("what an urgent action calls on another Thing is cut off, the urgent action itself goes on", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const [pump, valve] = [thing("pump"), thing("valve")];
  const line = testLine();
  const flush = valve.request(
    "flush",
    async () => {
      const call = pump.perform("dispense", async () => {
        for (;;) {
          await sleep(100);
          line.send("GO");
        }
      });
      await call.catch(() => {});
      line.send("CLOSE");
      return "closed";
    },
    urgently,
  );
  await clock.advance(250);
  scheduler.breakOffAll("emergency_stop", "ada", () => {});
  await clock.advance(1000);
  expect([line.sent, flush.status, flush.output]).toEqual([["GO", "GO", "CLOSE"], "completed", "closed"]);
});

test("a write that waits for its turn is refused by an emergency stop, and leaves no quarantine and no timer", async () => {
  const { admission, press } = testLatch();
  const { clock, scheduler, thing } = testScheduler({ admission });
  const pump = thing("pump");
  const line = testLine();
  const run = pump.request("dispense", () => sleep(60_000));
  const write = pump.write("rate", () => line.send("RATE"));
  write.catch(() => {});
  await clock.advance(10);
  press();
  scheduler.breakOffAll("emergency_stop", "ada", () => {});
  await clock.until(run.ended);
  await expect(write).rejects.toThrow("emergency_stop");
  expect([line.sent, pump.quarantined, clock.nextDue()]).toEqual([[], undefined, undefined]);
});

test("a second emergency stop cuts off what has begun since the first", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const pump = thing("pump");
  const first = pump.request("first", () => sleep(1000));
  scheduler.breakOffAll("emergency_stop", "ada", () => {});
  await clock.until(first.ended);
  const second = pump.request("second", () => sleep(1000));
  scheduler.breakOffAll("emergency_stop", "bob", () => {});
  await clock.until(second.ended);
  expect([second.status, second.error?.message]).toEqual(["cancelled", "cancelled by bob (emergency_stop)"]);
});

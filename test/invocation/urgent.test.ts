import { expect, test } from "vitest";
import { sleep } from "../../src/ambient.ts";
import { LaneFullError } from "../../src/errors.ts";
import { testJournal, testScheduler, urgently } from "./fixture.ts";

test("an urgent call is a new one when the one before has ended, although the journal is still writing that down", async () => {
  const forever = new Promise<void>(() => {});
  const journal = { ...testJournal(), acknowledged: () => forever };
  const { clock, thing } = testScheduler({ journal });
  const pump = thing("pump");
  let stops = 0;
  const stop = () => pump.request("stop", () => void stops++, urgently);
  stop();
  await clock.advance(1);
  stop();
  await clock.advance(1);
  expect(stops).toBe(2);
});

test("an urgent call is a new one while the one before is being cancelled", async () => {
  const { scheduler, thing } = testScheduler();
  const pump = thing("pump");
  const stop = () => pump.request("stop", () => sleep(1000), urgently);
  const first = stop();
  expect(stop()).toBe(first);
  scheduler.cancel(first, "client", "ada");
  expect(stop()).not.toBe(first);
});

test("a thousand calls beside the lanes keep the next one out, and never an urgent one", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const pump = thing("pump");
  const idle = () => pump.request("idle", () => sleep(1000), { lanes: [] });
  for (let n = 0; n < 1000; n++) idle();
  expect(idle).toThrow(LaneFullError);
  const stop = pump.request("stop", () => {}, urgently);
  await clock.until(stop.ended);
  expect(stop.status).toBe("completed");
  await clock.until(scheduler.close());
  expect(pump.lane.idle).toBe(true);
});

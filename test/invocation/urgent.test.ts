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

test("calls beside the lanes that wait for the disk count among the thousand, until they have ended", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const camera = thing("camera");
  const disks: (() => void)[] = [];
  const startsAfter = () => new Promise<void>((resolve) => disks.push(resolve));
  const all = Array.from({ length: 1000 }, () => camera.request("snap", () => {}, { lanes: [], startsAfter }));
  const next = () => camera.request("snap", () => {}, { lanes: [] });
  expect(next).toThrow(LaneFullError);
  const [first] = all;
  if (first) scheduler.cancel(first, "client", "ada");
  await clock.advance(0);
  expect(next().status).toBe("running");
  for (const resolve of disks) resolve();
  await clock.advance(10);
  expect(all.filter(({ status }) => status === "completed")).toHaveLength(999);
  for (let n = 0; n < 1000; n++) camera.request("snap", () => sleep(1), { lanes: [] });
  expect(next).toThrow(LaneFullError);
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

import { expect, test } from "vitest";
import { background, shield, sleep } from "../../src/ambient.ts";
import { DeviceFaultError } from "../../src/errors.ts";
import { testScheduler } from "./fixture.ts";

const fails = async () => {
  await sleep(5);
  throw new DeviceFaultError("lost the probe");
};

test("background work that fails after its handler has returned fails the action", async () => {
  const { clock, thing } = testScheduler();
  const run = thing("pump").request("a", () => background(fails));
  await clock.until(run.ended);
  expect([run.status, run.error?.message]).toEqual(["error", "lost the probe"]);
});

test("a failure two backgrounds deep fails the action although the one between swallows the cancel", async () => {
  const { clock, thing } = testScheduler();
  const run = thing("pump").request("a", async () => {
    background(async () => {
      background(fails);
      await sleep(100).catch(() => {});
    });
    await sleep(50);
  });
  await clock.until(run.ended);
  expect([run.status, run.error?.message]).toEqual(["error", "lost the probe"]);
});

test("a background that has failed leaves no timer behind that stops the Thing under the next action", async () => {
  const { clock, thing } = testScheduler();
  const pump = thing("pump");
  const run = pump.request("a", async () => {
    background(async () => {
      background(fails);
      await sleep(100);
    });
    await sleep(1000).catch(() => {});
  });
  await clock.until(run.ended);
  const next = pump.request("next", () => sleep(60_000));
  await clock.advance(10_000);
  expect([run.status, next.status, pump.done]).toEqual(["error", "running", []]);
});

test("a handler that has failed ends within its grace although its background ignores that", async () => {
  const { clock, thing } = testScheduler();
  const pump = thing("pump");
  const run = pump.request(
    "a",
    async () => {
      background(() => new Promise(() => {}));
      throw new DeviceFaultError("it jams");
    },
    { cancelGraceMs: 100 },
  );
  await clock.until(run.ended);
  expect([run.status, run.error?.message, clock.now()]).toEqual(["error", "it jams", 100]);
  expect(pump.quarantined).toContain("cut off");
});

test("background work of a shielded clean-up is shielded, too", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const done: string[] = [];
  const run = thing("pump").request("a", async () => {
    try {
      await sleep(1000);
    } finally {
      await shield(async () => {
        background(async () => {
          await sleep(10);
          done.push("parked");
        });
        await sleep(20);
      });
    }
  });
  scheduler.cancel(run, "client", "ada");
  await clock.until(run.ended);
  expect([run.status, done]).toEqual(["cancelled", ["parked"]]);
});

test("background work that begins while its action is being cancelled is cancelled with it", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const done: string[] = [];
  const run = thing("pump").request("a", async () => {
    await sleep(1000).catch(() => {});
    background(async () => {
      await sleep(10);
      done.push("went on");
    });
  });
  scheduler.cancel(run, "client", "ada");
  await clock.until(run.ended);
  expect([done, clock.now()]).toEqual([[], 0]);
});

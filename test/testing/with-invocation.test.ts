import { deliver, log, report, shield, sleep } from "benchd/driver";
import { DiscreteClock, withInvocation } from "benchd/testing";
import { expect, test } from "vitest";
import { InvocationCancelledError } from "../../src/errors.ts";

test("work below an invocation sleeps on its clock, and what it tells is kept", async () => {
  const clock = new DiscreteClock();
  const work = withInvocation(clock, async () => {
    await sleep(500);
    log("half");
    report({ done: 1, of: 2 });
    deliver({ unit: "mL", requested: 2, confirmed: 1 });
    return clock.now();
  });
  expect(await clock.until(work.result)).toBe(500);
  expect(work.log).toEqual(["half"]);
  expect(work.progress).toEqual([{ done: 1, of: 2 }]);
  expect(work.deliveries).toEqual([{ unit: "mL", requested: 2, confirmed: 1 }]);
});

test("a cancel ends its waits, but not the shielded ones", async () => {
  const clock = new DiscreteClock();
  let parked = false;
  const work = withInvocation(clock, async () => {
    try {
      await sleep(10_000);
    } finally {
      await shield(() => sleep(100));
      parked = true;
    }
  });
  work.cancel();
  await expect(clock.until(work.result)).rejects.toBeInstanceOf(InvocationCancelledError);
  expect([parked, clock.now()]).toEqual([true, 100]);
});

import { ask, deliver, log, report, shield, sleep } from "benchd/driver";
import { DiscreteClock, Type, withInvocation } from "benchd/testing";
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

test("what it asks is answered by the test, once and in the shape it asked for", async () => {
  const clock = new DiscreteClock();
  const work = withInvocation(clock, async () => {
    await ask({ message: "Ready?" });
    return ask({ message: "How much?", schema: Type.Number({ minimum: 0 }) });
  });
  expect(work.questions).toMatchObject([{ message: "Ready?" }]);
  work.answer();
  await clock.advance(0);
  expect(work.questions).toMatchObject([{ message: "How much?" }]);
  expect(() => work.answer(-1)).toThrow("the answer does not fit its schema");
  work.answer(4);
  expect(() => work.answer(5)).toThrow("nothing is asked");
  expect([await work.result, work.questions]).toEqual([4, []]);
});

test("what nobody answers ends by its time-out, or with a cancel", async () => {
  const clock = new DiscreteClock();
  const hurried = (onTimeout?: { answer: null }) =>
    withInvocation(clock, () => ask({ message: "Ready?", timeoutMs: 500, ...(onTimeout && { onTimeout }) }));
  await expect(clock.until(hurried().result)).rejects.toThrow("nobody has answered in time: Ready?");
  expect([await clock.until(hurried({ answer: null }).result), clock.now()]).toEqual([null, 1000]);
  const cancelled = hurried();
  cancelled.cancel();
  await expect(cancelled.result).rejects.toBeInstanceOf(InvocationCancelledError);
  expect([cancelled.questions, clock.nextDue()]).toEqual([[], undefined]);
});

import { expect, test } from "vitest";
import type { Clock } from "../../../src/clock.ts";
import { DiscreteClock } from "../../../src/discrete-clock.ts";
import { LaneFullError } from "../../../src/errors.ts";
import { Desk } from "../../../src/experiment/procedure/desk.ts";

/** A clock that goes on by itself while something is done, as real ones do. */
function busyClock() {
  const clock = new DiscreteClock();
  let spent = 0;
  const busy: Clock = { now: () => clock.now() + spent, after: (ms, run) => clock.after(ms, run) };
  const spend = (ms: number) => {
    spent += ms;
  };
  return { clock, busy, spend };
}

test("documents are read one after the other, with three times the pause that each has taken", async () => {
  const { clock, busy, spend } = busyClock();
  const desk = new Desk(busy);
  const begun: number[] = [];
  const work = (ms: number) => () => {
    begun.push(clock.now());
    spend(ms);
    return ms;
  };
  const all = Promise.all([100, 10, 0, 5].map((ms) => desk.take(work(ms))));
  expect(await clock.until(all)).toEqual([100, 10, 0, 5]);
  expect(begun).toEqual([0, 300, 330, 330]);
});

test("no more than 16 wait, and one that fails keeps nobody from the others", async () => {
  const { clock, busy } = busyClock();
  const desk = new Desk(busy);
  const fails = desk.take(() => {
    throw new TypeError("no");
  });
  const others = Array.from({ length: 15 }, (_, i) => desk.take(() => i));
  await expect(desk.take(() => 0)).rejects.toThrow(LaneFullError);
  await expect(clock.until(fails)).rejects.toThrow("no");
  expect(await clock.until(Promise.all(others))).toHaveLength(15);
  expect(await clock.until(desk.take(() => "later"))).toBe("later");
});

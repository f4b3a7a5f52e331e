import { expect, test } from "vitest";
import { sleep } from "../../src/ambient.ts";
import { LaneFullError } from "../../src/errors.ts";
import { testScheduler } from "./fixture.ts";

test("a hundred calls of one wait for a Thing, and some of others behind them, a few of each", async () => {
  const { clock, thing } = testScheduler();
  const pump = thing("pump");
  const ask = (requestedBy: string) => pump.request("move", () => sleep(1), { requestedBy });
  const first = ask("ann");
  for (let n = 0; n < 100; n++) ask("ann");
  expect(() => ask("ann")).toThrow(LaneFullError);
  const others = ["bob", "eve", "dan", "kim", "joe"].flatMap((by) => {
    const all = Array.from({ length: 5 }, () => ask(by));
    expect(() => ask(by)).toThrow(LaneFullError);
    return all;
  });
  expect(() => ask("mia")).toThrow(LaneFullError);
  await clock.until(first.ended);
  // One has begun: another finds a place, and nobody who has many.
  ask("mia");
  expect(() => ask("ann")).toThrow(LaneFullError);
  const last = others.at(-1);
  await clock.until(last?.ended ?? Promise.resolve());
  expect(last?.status).toBe("completed");
});

test("a thousand calls of one run beside the lanes, and some of others", async () => {
  const { clock, thing } = testScheduler();
  const pump = thing("pump");
  const ask = (requestedBy: string) => pump.request("watch", () => sleep(1), { lanes: [], requestedBy });
  const all = Array.from({ length: 1000 }, () => ask("ann"));
  expect(() => ask("ann")).toThrow(LaneFullError);
  for (let n = 0; n < 10; n++) all.push(ask("bob"));
  expect(() => ask("bob")).toThrow(LaneFullError);
  await clock.until(Promise.all(all.map(({ ended }) => ended)));
  expect(ask("ann").status).not.toBe("error");
});

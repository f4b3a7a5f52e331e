import fc from "fast-check";
import { expect, it } from "vitest";
import { DiscreteClock } from "../../../src/discrete-clock.ts";
import { Decaying } from "../../../src/http/limits/decaying.ts";

it("so many pass at once, and the next after the time that was told", async () => {
  const clock = new DiscreteClock();
  const asked = new Decaying(clock, () => 10, 1000);
  const passed = Array.from({ length: 12 }, () => asked.count("a"));
  expect(passed).toEqual([...Array(10).fill(0), 100, 100]);
  expect(asked.count("b")).toBe(0);
  await clock.advance(99);
  expect(asked.count("a")).toBeGreaterThan(0);
  await clock.advance(1);
  expect([asked.count("a"), asked.count("a")]).toEqual([0, 100]);
});

it("who is refused again and again is let in as soon as who has waited", async () => {
  const clock = new DiscreteClock();
  const asked = new Decaying(clock, () => 2, 1000);
  for (let n = 0; n < 1000; n++) asked.count("a");
  await clock.advance(500);
  expect(asked.count("a")).toBe(0);
});

it("only of so many is known how often they asked, the latest", () => {
  const asked = new Decaying(new DiscreteClock(), () => 1, 1000, 3);
  for (const key of ["a", "b", "a", "c", "d"]) asked.count(key);
  expect(asked.size).toBe(3);
  // b was forgotten, and is counted anew in the place of the next.
  expect([asked.count("a") > 0, asked.count("b")]).toEqual([true, 0]);
});

it("in no time more pass than at once and evenly after it, and whoever waits as told passes", async () => {
  const wait = fc.integer({ min: 0, max: 300 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.array(wait, { maxLength: 200 }), async (max, waits) => {
      const clock = new DiscreteClock();
      const asked = new Decaying(clock, () => max, 1000);
      let passed = 0;
      let told = 0;
      for (const ms of waits) {
        if (told === 0) passed++;
        expect(passed).toBeLessThanOrEqual(max + (clock.now() * max) / 1000 + 1);
        await clock.advance(ms);
        const late = told > 0 && ms >= told;
        told = asked.count("a");
        if (late) expect(told).toBe(0);
      }
    }),
  );
});

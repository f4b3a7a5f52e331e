import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { patiently } from "../../src/gateway/open-things.ts";

const never = () => new Promise<void>(() => {});

test.each<[string, number, () => Promise<unknown>, (hurry: () => void) => void]>([
  ["what has opened", 0, async () => {}, () => {}],
  ["what has failed to", 0, () => Promise.reject(new TypeError("it smokes")), () => {}],
  ["what nobody is to wait for any more", 0, never, (hurry) => hurry()],
  ["what takes long", 5000, never, () => {}],
])("%s is waited for %i ms", async (_, ms, opening, then) => {
  const clock = new DiscreteClock();
  let isOver = false;
  const { over, hurry } = patiently(opening(), clock);
  void over.then(() => {
    isOver = true;
  });
  then(hurry);
  if (ms > 0) {
    await clock.advance(ms - 1);
    expect(isOver).toBe(false);
  }
  await clock.until(over);
  expect(clock.now()).toBe(ms);
});

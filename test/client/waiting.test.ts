import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { pause, within } from "../../src/client/waiting.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";

it("a pause ends with its time or a signal, and leaves nothing behind", async () => {
  const clock = new DiscreteClock();
  const [one, other] = [new AbortController(), new AbortController()];
  const left = () => [
    clock.nextDue(),
    getEventListeners(one.signal, "abort").length,
    getEventListeners(other.signal, "abort").length,
  ];
  await clock.until(pause(clock, 500, one.signal, undefined, other.signal));
  expect([clock.now(), left()]).toEqual([500, [undefined, 0, 0]]);
  const second = pause(clock, 500, one.signal, other.signal);
  other.abort();
  await second;
  expect([clock.now(), left()]).toEqual([500, [undefined, 0, 0]]);
  await pause(clock, 500, one.signal, other.signal);
  expect([clock.now(), left()]).toEqual([500, [undefined, 0, 0]]);
});

it("work that is bounded leaves nothing behind, however it ends, and is told of both ends", async () => {
  const clock = new DiscreteClock();
  const given = new AbortController();
  const left = () => [clock.nextDue(), getEventListeners(given.signal, "abort").length];
  expect(await within(clock, 500, given.signal, async () => 7)).toBe(7);
  expect(left()).toEqual([undefined, 0]);
  const aborted = (signal: AbortSignal) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  await expect(clock.until(within(clock, 500, given.signal, aborted))).rejects.toThrow("has not answered for too long");
  expect([clock.now(), left()]).toEqual([500, [undefined, 0]]);
  const last = within(clock, 500, given.signal, aborted);
  given.abort(new RangeError("enough"));
  await expect(last).rejects.toThrow("enough");
  expect(left()).toEqual([undefined, 0]);
});

import { expect, test } from "vitest";
import { type Clock, realClock } from "../../src/clock.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { LoopLag } from "../../src/gateway/loop-lag.ts";

/** A loop that a test holds up: what is due meanwhile comes when it is free again. */
function loop() {
  const time = new DiscreteClock();
  let held = 0;
  const clock: Clock = { now: () => time.now() + held, after: (ms, run) => time.after(ms, run) };
  const lag = new LoopLag(clock);
  return {
    lag,
    pass: (ms: number) => time.advance(ms),
    async holdUp(ms: number) {
      held += ms;
      await time.advance(50);
    },
  };
}

test.each([100, 1000])("F05 a loop that is held up once for %d ms shows it, and is well", async (ms) => {
  const { lag, pass, holdUp } = loop();
  await pass(5000);
  await holdUp(ms);
  expect(lag.figures()).toEqual({ lagMs: ms });
  expect(lag.check()).toBeUndefined();
  await pass(59_000);
  expect(lag.figures()).toEqual({ lagMs: ms });
  await pass(1000);
  expect(lag.figures()).toEqual({ lagMs: 0 });
});

test("F05 a loop that is held up for 10 s is not well until it has run freely for as long", async () => {
  const { lag, pass, holdUp } = loop();
  await holdUp(10_000);
  expect(lag.figures()).toEqual({ lagMs: 10_000 });
  expect(lag.check()).toBe("it was held up for 10.0 s within the last 10.0 s: something computes for too long");
  await pass(10_000);
  expect(lag.check()).toBeUndefined();
});

test("F05 a loop that is held up again and again for less is not well either", async () => {
  const { lag, pass, holdUp } = loop();
  await pass(20_000);
  for (let i = 0; i < 6; i++) await holdUp(1200);
  expect(lag.check()).toBeUndefined();
  await holdUp(1200);
  expect(lag.check()).toMatch(/^it was held up for 8\.4 s within/);
});

test("F05 a busy loop of 0.3 s in this process is seen", async () => {
  const lag = new LoopLag(realClock);
  for (const end = performance.now() + 300; performance.now() < end; );
  await expect.poll(() => lag.figures()["lagMs"]).toBeGreaterThan(200);
  lag.stop();
});

import { expect, test } from "vitest";
import { as, dialogue, say } from "./dialogue.ts";

/** How long each exchange of a run took that asks so often, beside polls of so many other values without a pause. */
async function beside(polls: number, pauseMs: number) {
  const device = await dialogue({ baudRate: 4_000_000 });
  device.answer((command) => say(`<${command}>`, 10));
  let over = false;
  let polled = 0;
  const poll = async (n: number) => {
    while (!over) {
      await device.connection.request(`P${n}`).catch(() => {});
      polled++;
    }
  };
  const polling = Array.from({ length: polls }, (_, n) => as(device, "poll", () => poll(n)));
  await device.clock.advance(500);
  const alone = polled;
  const took: number[] = [];
  const running = as(device, "run", async () => {
    while (device.clock.now() < 8500) {
      const from = device.clock.now();
      await device.connection.request("A");
      took.push(device.clock.now() - from);
      await new Promise<void>((resolve) => device.clock.after(pauseMs, resolve));
    }
    over = true;
  });
  await device.clock.until(running);
  const during = polled - alone;
  await device.clock.advance(10_000);
  await Promise.all(polling);
  await device.connection.close();
  return { mean: took.reduce((sum, ms) => sum + ms, 0) / took.length, perSecond: during / 8, alone: alone / 0.5 };
}

test.each([0, 13, 33, 50])(
  "a run that asks every %i ms is slowed by less than a quarter by polls that would fill the wire",
  async (pauseMs) => {
    const { mean } = await beside(0, pauseMs);
    const crowded = await beside(20, pauseMs);
    expect(crowded.mean / mean).toBeLessThan(1.25);
    // They have had the wire for themselves before, and have a share of it still.
    expect(crowded.alone).toBeGreaterThan(80);
    expect(crowded.perSecond).toBeGreaterThan(5);
  },
);

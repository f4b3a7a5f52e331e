import { expect, test } from "vitest";
import { as, dialogue, say } from "./dialogue.ts";

/** A run that asks `A` again as soon as it has its answer, with the time of each. */
async function busy(pauseMs = 0) {
  const device = await dialogue({ baudRate: 4_000_000 });
  device.answer((command) => say(`<${command}>`, 10));
  const took: number[] = [];
  const running = as(device, "run", async () => {
    while (device.clock.now() < 3000) {
      const from = device.clock.now();
      await device.connection.request("A");
      took.push(device.clock.now() - from);
      if (pauseMs > 0) await new Promise<void>((resolve) => device.clock.after(pauseMs, resolve));
    }
  });
  await device.clock.advance(500);
  return { device, took, running };
}

test("a run that asks without a pause is not kept waiting by reads, which have a turn each second", async () => {
  const { device, took, running } = await busy();
  const from = device.clock.now();
  const read = as(device, "read", () => device.connection.request("T?"));
  await device.clock.until(read);
  const waited = device.clock.now() - from;
  expect(waited).toBeGreaterThan(900);
  expect(waited).toBeLessThan(1050);
  await device.clock.until(running);
  // It let that one read pass, and only that.
  expect(took.filter((ms) => ms > 15)).toHaveLength(1);
  await device.connection.close();
});

test("a run that pauses between its questions lets a read in at once", async () => {
  const { device, running } = await busy(5);
  const from = device.clock.now();
  await device.clock.until(as(device, "read", () => device.connection.request("T?")));
  expect(device.clock.now() - from).toBeLessThan(25);
  await device.clock.until(running);
  await device.connection.close();
});

test("a stop does not wait for a run", async () => {
  const { device, running } = await busy();
  const from = device.clock.now();
  await device.clock.until(as(device, "urgent", () => device.connection.request("STOP")));
  expect(device.clock.now() - from).toBeLessThan(25);
  await device.clock.until(running);
  await device.connection.close();
});

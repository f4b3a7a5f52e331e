import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { memoryInUse } from "../memory.ts";
import { openCounterBench } from "./counter-bench.ts";
import { Listener } from "./event-stream.ts";

async function memory(): Promise<number> {
  const { objects, buffers } = await memoryInUse();
  return objects + buffers;
}

test("F41: with 500 who listen, of whom 50 never read, memory stays where it was, and the others miss nothing", async () => {
  const bench = await openCounterBench();
  const { gateway, clock, app } = bench;
  const origin = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
  const sockets = new Set<Socket>();
  app.server.on("connection", (socket) => sockets.add(socket));
  const blocked = () => [...sockets].filter(({ writableNeedDrain }) => writableNeedDrain).length;
  /** Each time another text, or all would share one. */
  const shout = (n: number) =>
    gateway.events.add({ kind: "event", thing: "counter", name: "shouted", data: `${n}`.padEnd(50_000, "!") });

  let told = 0;
  const reading = Array.from({ length: 450 }, () => {
    const listener: Listener = new Listener(origin, "/events?kind=invocation", {}, () => {
      for (const { event } of listener.messages.splice(0)) if (event === "invocation") told++;
    });
    return listener;
  });
  // With a filter, so that nothing that is sent to one is sent to another.
  const deaf = Array.from({ length: 50 }, () => new Listener(origin, "/events?thing=counter"));
  await expect.poll(() => [...reading, ...deaf].every(({ status }) => status === 200)).toBe(true);
  for (const { socket } of deaf) socket.pause();
  // As much as the system takes for one who does not read, and more.
  let shouts = 0;
  const shoutAndLook = () => {
    shout(shouts++);
    return blocked();
  };
  await expect.poll(shoutAndLook, { interval: 2, timeout: 30_000 }).toBe(50);
  const before = await memory();
  for (let n = 1; n <= 20; n++) {
    for (let m = 0; m < 10; m++) shoutAndLook();
    const run = gateway.thing("counter").invoke("noop", {}, { requestedBy: "a test" });
    await clock.until(run.ended);
    await expect.poll(() => told, { interval: 1 }).toBe(450 * 3 * n);
  }
  // 10 MB came since: kept for each of the 50 it would be 500.
  expect((await memory()) - before).toBeLessThan(20e6);
  expect(blocked()).toBe(50);
  for (const { socket } of [...reading, ...deaf]) socket.destroy();
  await bench.close();
});

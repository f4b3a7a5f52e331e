import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { unhandledRejections } from "../unhandled.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

const unhandled = unhandledRejections();
let bench: CounterBench;
let clientClock: DiscreteClock;
beforeEach(async () => {
  clientClock = new DiscreteClock();
  bench = await openCounterBench({ clientClock });
});
afterEach(async () => {
  await bench.close();
  expect(unhandled).toEqual([]);
});

const shout = (length: number) =>
  bench.gateway.events.add({ kind: "event", thing: "counter", name: "shouted", data: "x".repeat(length) });

/** Ask on one connection for events, behind what is answered after a minute. */
async function askBehind() {
  const { port } = new URL(await bench.app.listen({ host: "127.0.0.1", port: 0 }));
  let asked = 0;
  bench.app.server.on("request", () => void asked++);
  const slow =
    "POST /counter/slow_count HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 2\r\nprefer: wait=60\r\n\r\n{}";
  const resumed = `last-event-id: ${bench.gateway.events.epoch}-0`;
  const events = `GET /events?kind=event HTTP/1.1\r\nhost: localhost\r\n${resumed}\r\n\r\n`;
  const socket = connect(Number(port), "127.0.0.1", () => socket.write(slow + events));
  let came = "";
  socket.setEncoding("latin1").on("data", (text: string) => {
    came += text;
  });
  const ended = new Promise((resolve) => socket.once("close", resolve));
  await expect.poll(() => asked).toBe(2);
  return { socket, ended, came: () => came, statuses: () => came.match(/(?<=HTTP\/1.1 )\d+/g) };
}

const sentAway = () => bench.logged().filter((line) => line.includes("has taken nothing"));

test("events that happen while their stream waits behind another answer are told once it is its turn", async () => {
  const { socket, came, statuses } = await askBehind();
  shout(100);
  for (let n = 0; n < 7; n++) await clientClock.advance(10_000);
  await expect.poll(came).toContain("event: event\n");
  expect([statuses(), sentAway()]).toEqual([["201", "200"], []]);
  socket.destroy();
});

test("a stream that waits behind another answer is sent away once too much waits with it, and what goes before is answered", async () => {
  const { ended, statuses } = await askBehind();
  for (let n = 0; n < 10; n++) shout(10_000);
  for (let n = 0; n < 7; n++) await clientClock.advance(10_000);
  await ended;
  expect(statuses()).toEqual(["201"]);
  expect(sentAway()).toHaveLength(1);
});

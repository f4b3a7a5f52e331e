import { connect, type Socket } from "node:net";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { unhandledRejections } from "../unhandled.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

const unhandled = unhandledRejections();
let bench: CounterBench;
let origin: URL;
beforeEach(async () => {
  bench = await openCounterBench();
  origin = new URL(await bench.app.listen({ host: "127.0.0.1", port: 0 }));
});
afterEach(async () => {
  await bench.close();
  expect(unhandled).toEqual([]);
});

/** Ask for all of it at once, on one connection. */
function ask(...requests: readonly string[]): Promise<Socket> {
  const socket = connect(Number(origin.port), origin.hostname, () => socket.write(requests.join("")));
  return new Promise((resolve) => socket.once("data", () => resolve(socket)));
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: ${origin.host}\r\n\r\n`;
const connections = () => promisify(bench.app.server.getConnections.bind(bench.app.server))();

test("who asks for many streams of events on one connection and leaves, leaves all of their places", async () => {
  for (let i = 0; i < 40; i++) {
    const socket = await ask(...new Array(30).fill(get("/events")));
    socket.resetAndDestroy();
  }
  await expect.poll(connections).toBe(0);
  const leave = new AbortController();
  const { signal } = leave;
  const answers = await Promise.all([1, 2, 3].map(() => fetch(new URL("/events", origin), { signal })));
  leave.abort();
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
});

test("who leaves while his request waits behind another one has its invocation cancelled, where he wants that", async () => {
  const post = (prefer: string) =>
    `POST /counter/slow_count HTTP/1.1\r\nhost: ${origin.host}\r\ncontent-type: application/json\r\ncontent-length: 2\r\nprefer: ${prefer}\r\n\r\n{}`;
  const socket = await ask(get("/events"), post("wait=60, cancel-on-disconnect"));
  const requested = async () => (await bench.gateway.invocations.list({})).map(({ reason }) => reason);
  await expect.poll(requested).toEqual([undefined]);
  socket.resetAndDestroy();
  await expect.poll(requested).toEqual(["client"]);
});

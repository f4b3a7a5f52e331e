import { connect, type Socket } from "node:net";
import { Type } from "typebox";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sleep } from "../../src/ambient.ts";
import { defineThing } from "../../src/thing/define.ts";
import { unhandledRejections } from "../unhandled.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

const picture = new Uint8Array(200_000);
const camera = defineThing({
  title: "Camera",
  config: Type.Object({}),
  streams: { mjpeg_stream: { title: "Pictures", contentType: "image/jpeg" } },
  async open() {
    async function* pictures() {
      for (; ; await sleep(40)) yield picture.slice();
    }
    return { stream: { mjpeg_stream: pictures } };
  },
});

const unhandled = unhandledRejections();
let bench: CounterBench;
let origin: URL;
let sockets: Socket[];
beforeEach(async () => {
  sockets = [];
  bench = await openCounterBench({ drivers: { camera } });
  origin = new URL(await bench.app.listen({ host: "127.0.0.1", port: 0 }));
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await bench.close();
  expect(unhandled).toEqual([]);
});

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}
const connections = () => new Promise<number>((resolve) => bench.app.server.getConnections((_, n) => resolve(n)));

/** Ask over a socket of its own; it does not read yet. */
function ask(path: string): Socket {
  const socket = connect(Number(origin.port), origin.hostname).pause();
  // The server hangs up on some of them.
  socket.on("error", () => {});
  sockets.push(socket);
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${origin.host}\r\n\r\n`);
  return socket;
}

/** The status of what is answered. */
const status = (socket: Socket) =>
  new Promise<string>((resolve) =>
    socket.once("data", (head) => resolve(head.toString("latin1").split(" ")[1] ?? "")).resume(),
  );

test("F41: of 5000 who wait for one invocation 1000 do, the others are told at once, and all are told its end", async () => {
  const run = bench.gateway.thing("counter").invoke("slow_count", { n: 1, delay: 5 }, { requestedBy: "test" });
  const path = `/action_invocations/${run.id}?wait=60`;
  let told = 0;
  const all = Array.from({ length: 5000 }, async () => {
    const answer = await bench.app.inject({ url: path });
    told++;
    return answer.json().status;
  });
  await until(() => told === 4000);
  for (let n = 0; n < 20; n++) await turn();
  expect(told).toBe(4000);
  // Nobody is kept from stopping by them.
  expect((await bench.app.inject({ method: "POST", url: "/helper/stop" })).statusCode).toBeLessThan(500);
  await bench.clock.until(run.ended);
  const statuses = await Promise.all(all);
  expect(statuses.filter((one) => one === "completed")).toHaveLength(1000);
  expect(statuses.filter((one) => one === "running")).toHaveLength(4000);
});

test("F41: waiters who hang up leave nothing behind, and make room for others", async () => {
  const run = bench.gateway.thing("counter").invoke("slow_count", { n: 1, delay: 5 }, { requestedBy: "test" });
  const path = `/action_invocations/${run.id}?wait=60`;
  for (let round = 0; round < 2; round++) {
    const many = Array.from({ length: 1000 }, () => ask(path));
    await expect.poll(connections).toBe(1000);
    for (const socket of many) socket.destroy();
    await expect.poll(connections).toBe(0);
  }
  const last = ask(path);
  const answered = status(last);
  await expect.poll(connections).toBe(1);
  await bench.clock.until(run.ended);
  expect(await answered).toBe("200");
});

test("F41: of 200 who watch the camera and never read 20 are let in, nothing piles up, and who reads sees it move", async () => {
  const many = Array.from({ length: 200 }, () => ask("/camera/mjpeg_stream"));
  await until(() => many.every(({ connecting }) => !connecting));
  // The others are told so, and hung up on.
  await expect.poll(connections).toBe(20);
  for (let n = 0; n < 50; n++) await bench.clock.advance(40);
  const before = process.memoryUsage().arrayBuffers;
  for (let n = 0; n < 200; n++) await bench.clock.advance(40);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  // One leaves: there is room for one who reads.
  for (const socket of many) socket.destroy();
  await expect.poll(connections).toBe(0);
  const reads = ask("/camera/mjpeg_stream");
  let bytes = 0;
  reads.on("data", ({ length }) => (bytes += length)).resume();
  while (bytes === 0) await bench.clock.advance(40);
});

test.each(["ndjson", "csv"])(
  "F41: a history in %s that nobody reads is read from the disk no further",
  async (format) => {
    const payload = { message: "x".repeat(20_000) };
    for (let n = 0; n < 600; n++) {
      const run = bench.gateway.thing("counter").invoke("fail", payload, { requestedBy: "test" });
      await bench.clock.until(run.ended);
    }
    let pages = 0;
    const { invocations } = bench.gateway;
    const list = invocations.list.bind(invocations);
    Object.assign(invocations, {
      list: (...asked: Parameters<typeof list>) => {
        pages++;
        return list(...asked);
      },
    });
    const deaf = ask(`/gateway/history?format=${format}`);
    await expect.poll(() => pages).toBeGreaterThan(0);
    for (let n = 0; n < 500; n++) await turn();
    expect(pages).toBeLessThan(6);
    let bytes = 0;
    deaf.on("data", ({ length }) => (bytes += length)).resume();
    await expect.poll(() => pages).toBeGreaterThanOrEqual(7);
    await expect.poll(() => bytes).toBeGreaterThan(600 * 20_000);
  },
);

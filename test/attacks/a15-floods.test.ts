import { once } from "node:events";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unhandledRejections } from "../unhandled.ts";
import { type Listening, openListening } from "./listening.ts";

const yaml = (limits = "connections: 40") => `
things:
  counter: { driver: counter }
limits: { ${limits} }
`;

const unhandled = unhandledRejections();
let bench: Listening;
beforeEach(async () => {
  bench = await openListening({ yaml: yaml() });
});
afterEach(async () => {
  await bench.close();
  expect(unhandled).toEqual([]);
});

const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once("close", () => resolve()));
const open = (sockets: readonly Socket[]) => sockets.filter(({ destroyed }) => !destroyed).length;
const connections = () => new Promise<number>((resolve) => bench.app.server.getConnections((_, n) => resolve(n)));
const request = (method: string, path: string, more = "") =>
  `${method} ${path} HTTP/1.1\r\nhost: ${bench.url.host}\r\n${more}\r\n`;
const stop = () => request("POST", "/emergency_stop", "connection: close\r\n");
const health = () => request("GET", "/health", "connection: close\r\n");
const limits = async () => {
  const answer = await bench.send(health());
  return JSON.parse(answer.slice(answer.indexOf("\r\n\r\n"))).probes.limits;
};

/** Connections from an address of this machine that send only so much. */
async function flood(count: number, bytes: string, from?: string): Promise<readonly Socket[]> {
  const sockets = Array.from({ length: count }, () => bench.connect(from));
  for (const socket of sockets) {
    socket.resume();
    if (bytes !== "") socket.write(bytes);
  }
  await expect.poll(() => sockets.every(({ connecting }) => !connecting)).toBe(true);
  return sockets;
}

describe("A15: connections that are opened and not used", () => {
  it("are ended in time when they send nothing, half a head, or a body too slowly, which is told", async () => {
    await bench.close();
    bench = await openListening({ yaml: yaml("connections: 40, requestSeconds: 1") });
    const silent = await flood(10, "");
    const half = await flood(10, "GET / HTTP/1.1\r\nhost: x\r\nx-");
    const slow = bench.connect();
    const answer = text(slow);
    slow.write(request("POST", "/counter/increment", "content-type: application/json\r\ncontent-length: 100\r\n"));
    const drip = setInterval(() => slow.write(" "), 100);
    await Promise.all([...silent, ...half].map(closed));
    expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(drip);
    expect(await connections()).toBe(0);
  });

  it("are no more than there may be, and keep nobody from being healthy and from stopping", async () => {
    const first = await flood(40, "");
    const more = await flood(40, "GET / HTTP/1.1\r\nhost: x\r\nx-");
    await expect.poll(connections).toBe(40);
    // Those that were idle for longest have gone.
    await expect.poll(() => [open(first), open(more)]).toEqual([0, 40]);
    expect(await bench.send(health())).toMatch(/^HTTP\/1\.1 200 /);
    expect(await bench.send(stop())).toMatch(/^HTTP\/1\.1 200 [\s\S]*"stopped":true/);
  });
});

describe("A15: connections that are kept busy", () => {
  it("leave whoever gets no other one to stop, and to see how the gateway is", async () => {
    const busy = await flood(40, "");
    for (const socket of busy) socket.write(request("GET", "/events"));
    await Promise.all(busy.map((socket) => once(socket, "data")));
    await expect.poll(async () => (await limits()).connections).toBe(41);
    for (const bytes of [stop(), stop(), health()]) expect(await bench.send(bytes)).toMatch(/^HTTP\/1\.1 200 /);
    const cancel = request("DELETE", "/action_invocations/00000000-0000-4000-8000-000000000000");
    expect(await bench.send(cancel)).toMatch(/^HTTP\/1\.1 404 /);
    expect(await bench.send(request("GET", "/thing_states"))).toMatch(/^HTTP\/1\.1 503 [\s\S]*only stops/);
    // Many of those who do not go do not keep the next one out.
    await flood(200, "");
    expect(await bench.send(stop())).toMatch(/^HTTP\/1\.1 200 /);
    expect(open(busy)).toBe(40);
  });

  it("are told of in the log once, and in /health as often as they are", async () => {
    await flood(60, "");
    await expect.poll(async () => (await limits()).connectionsEnded).toBeGreaterThan(19);
    const told = bench.logged().filter((line) => line.includes("too many connections"));
    expect(told).toHaveLength(1);
  });
});

describe("A15: requests that are sent without waiting for answers", () => {
  it.each(["/health", "/counter/counter", "/nothing", "/thing_descriptions"])(
    "ten thousand of %s on one connection are hung up on, and a stop on another is done",
    async (path) => {
      const socket = bench.connect();
      const [over, stopped] = [closed(socket.resume()), bench.connect()];
      const answer = text(stopped);
      socket.write(request("GET", path).repeat(10_000));
      stopped.write(stop());
      expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
      await over;
      expect((await limits()).connectionsEnded).toBe(1);
    },
  );

  it("some are answered in their order, also behind one that waits", async () => {
    const socket = bench.connect();
    const answers = text(socket);
    const all = Array.from({ length: 31 }, (_, n) => request("GET", `/nothing${n}`));
    socket.write(all.join("") + request("GET", "/health", "connection: close\r\n"));
    const statuses = (await answers).match(/HTTP\/1\.1 \d+/g);
    expect(statuses).toEqual([...Array(31).fill("HTTP/1.1 404"), "HTTP/1.1 200"]);
  });

  it("those of whoever reads no answer cost a bounded amount of memory", async () => {
    const before = process.memoryUsage().arrayBuffers;
    const deaf = Array.from({ length: 20 }, () => bench.connect().pause());
    for (const socket of deaf) socket.write(request("GET", "/thing_descriptions").repeat(30));
    expect(await bench.send(stop())).toMatch(/^HTTP\/1\.1 200 /);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  });
});

describe("A15: heads that are too large", () => {
  it.each([
    ["a path of 20 000 characters", () => request("GET", `/${"x".repeat(20_000)}`), 431],
    ["a header of 20 000 characters", () => request("GET", "/health", `x: ${"x".repeat(20_000)}\r\n`), 431],
    ["a thousand headers", () => request("GET", "/health", "x: y\r\n".repeat(1000)), 431],
    [
      "4000 headers, and another host behind them",
      () => request("GET", "/health", `${"a:\r\n".repeat(3900)}host: b\r\n`),
      431,
    ],
    ["a path of 10 000 characters", () => request("GET", `/${"x".repeat(10_000)}`, "connection: close\r\n"), 414],
  ])("%s", async (_, bytes, status) => {
    const answer = await bench.send(bytes());
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain("content-security-policy: ");
  });
});

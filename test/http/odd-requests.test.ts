import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { unhandledRejections } from "../unhandled.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

/** What `npm run fuzz` has found, and Node or a library would answer by itself, or not at all. */

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

const request = (line: string, ...headers: readonly string[]) =>
  [`${line} HTTP/1.1`, `host: ${origin.host}`, ...headers, "", ""].join("\r\n");
const upgrade = ["connection: Upgrade", "upgrade: websocket"];

/** All that comes until the gateway hangs up; the client never does. */
async function answered(bytes: string): Promise<string> {
  const socket = connect({ port: Number(origin.port), host: origin.hostname, allowHalfOpen: true });
  socket.write(bytes);
  const came = await text(socket);
  socket.destroy();
  return came;
}
const statuses = (came: string) => [...came.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status));
const connections = () => promisify(bench.app.server.getConnections.bind(bench.app.server))();

test("what expects something else than 100-continue is told so, with the headers that every answer has", async () => {
  const came = await answered(request("GET /health", "expect: tea") + request("GET /health", "connection: close"));
  expect(statuses(came)).toEqual([417, 200]);
  expect(came).toContain("The header Expect may ask for 100-continue, and for nothing else.");
  expect(came.match(/x-content-type-options: nosniff/g)).toHaveLength(2);
});

test("who expects 100-continue behind another request is not told so in the middle of an answer", async () => {
  const expecting = ["expect: 100-continue", "connection: close"];
  const alone = await answered(request("GET /health", ...expecting));
  expect(statuses(alone)).toEqual([100, 200]);
  const { output } = (await bench.app.inject({ method: "POST", url: "/counter/make_blob" })).json();
  const blob = new URL(output.href).pathname;
  const came = await answered(request("GET /counter/counter") + request(`GET ${blob}`, ...expecting));
  expect(statuses(came)).toEqual([200, 200]);
});

describe("a handshake that opens no WebSocket", () => {
  const key = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==";
  test.each([
    ["has no key", 400, ["sec-websocket-version: 13"]],
    ["has half a key", 400, ["sec-websocket-key: dGhl", "sec-websocket-version: 13"]],
    ["has another version", 426, [key, "sec-websocket-version: 7"]],
    ["has protocols that are none", 400, [key, "sec-websocket-version: 13", "sec-websocket-protocol: a, ,b"]],
  ] as const)("and %s is refused as everything is: by %d and JSON", async (_, status, headers) => {
    const came = await answered(request("GET /counter/ws", ...upgrade, ...headers));
    expect(statuses(came)).toEqual([status]);
    expect(came).toContain("x-content-type-options: nosniff");
    const { detail } = JSON.parse(came.split("\r\n\r\n")[1] ?? "");
    expect(detail).toMatch(/^That opens no WebSocket: .*Sec-WebSocket-/);
    expect(came.includes("sec-websocket-version: 13")).toBe(status === 426);
    await expect.poll(connections).toBe(0);
  });
});

test("what is no request does not get its refusal into the middle of a stream that is under way before it", async () => {
  const socket = connect(Number(origin.port), origin.hostname);
  socket.write(`${request("GET /events")}${request("GET /health")}no request\r\n\r\n`);
  const came = await text(socket);
  expect(came).not.toContain("400 Bad Request");
});

describe("an upgrade", () => {
  test.each([
    ["a read", () => request("GET /counter/counter")],
    [
      "a call with a body",
      () => `${request("POST /counter/noop", "content-type: application/json", "content-length: 2")}{}`,
    ],
    ["several", () => request("GET /health").repeat(3)],
    ["an expectation that is refused", () => request("GET /health", "expect: tea"), 417],
    ["a path that is none", () => request("GET /%zz"), 400],
  ])(
    "that is asked for behind %s is left alone once that is answered: nothing stays open",
    async (_, before, status?: number) => {
      for (const path of ["/counter/ws", "/health", "/nosuch"]) {
        const came = await answered(before() + request(`GET ${path}`, ...upgrade));
        expect(statuses(came)).not.toContain(101);
        const [first = 0] = statuses(came);
        if (status === undefined) expect(first).toBeLessThan(300);
        else expect(first).toBe(status);
      }
      await expect.poll(connections).toBe(0);
    },
  );

  test("that has no path is answered and hung up on", async () => {
    for (const path of [`/${"a".repeat(300)}/counter`, "/%zz"]) {
      const came = await answered(request(`GET ${path}`, ...upgrade));
      expect(statuses(came)[0]).toBeGreaterThanOrEqual(400);
      expect(came).toContain("connection: close");
    }
    await expect.poll(connections).toBe(0);
  });

  test("whose client has left while what was before it was answered leaves with him", async () => {
    const socket = connect(Number(origin.port), origin.hostname);
    socket.write(request("GET /events") + request("GET /counter/ws", ...upgrade));
    await new Promise((resolve) => socket.once("data", resolve));
    socket.end();
    await expect.poll(connections).toBe(0);
  });
});

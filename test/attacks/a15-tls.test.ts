import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tlsClient } from "../tls/client.ts";
import { makePair } from "../tls/pairs.ts";
import { unhandledRejections } from "../unhandled.ts";
import { type Listening, openListening } from "./listening.ts";

const yaml = "things:\n  counter: { driver: counter }\nlimits: { connections: 40, requestSeconds: 1 }\n";

const unhandled = unhandledRejections();
let bench: Listening;
let client: ReturnType<typeof tlsClient>;
beforeEach(async () => {
  const pair = await makePair();
  bench = await openListening({ yaml, tls: pair });
  client = tlsClient(bench.url, pair.cert);
});
afterEach(async () => {
  await bench.close();
  expect(unhandled).toEqual([]);
});

const connections = () => new Promise<number>((resolve) => bench.app.server.getConnections((_, n) => resolve(n)));

describe("A15: connections on which no TLS is ever spoken", () => {
  it("are no more than there may be, and keep nobody from stopping", async () => {
    const all = Array.from({ length: 100 }, () => bench.connect().resume());
    await expect.poll(() => all.every(({ connecting }) => !connecting)).toBe(true);
    await expect.poll(connections).toBe(40);
    expect((await client.ask("POST", "/emergency_stop")).status).toBe(200);
    // Whoever speaks it, and is being answered, is not taken for one of them.
    const held = await client.connect();
    held.resume().write(`GET /events HTTP/1.1\r\nhost: ${bench.url.host}\r\n\r\n`);
    await new Promise((resolve) => held.once("data", resolve));
    const more = Array.from({ length: 100 }, () => bench.connect().resume());
    await expect.poll(() => more.filter(({ destroyed }) => destroyed).length).toBeGreaterThan(50);
    expect(held.destroyed).toBe(false);
    held.destroy();
  });
});

import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { memoryInUse } from "../memory.ts";
import { unhandledRejections } from "../unhandled.ts";
import { type Listening, openListening } from "./listening.ts";

const unhandled = unhandledRejections();
let bench: Listening;
afterEach(async () => {
  await bench.close();
  expect(unhandled).toEqual([]);
});

const request = (method: string, path: string, more = "") =>
  `${method} ${path} HTTP/1.1\r\nhost: ${bench.url.host}\r\n${more}\r\n`;
const connections = () => new Promise<number>((resolve) => bench.app.server.getConnections((_, n) => resolve(n)));
const stops = async () =>
  (await bench.send(request("POST", "/emergency_stop", "connection: close\r\n"))).includes(" 200 ");

/** What each attacker sends on each connection, and whether he reads what is answered. */
const attacks: Readonly<Record<string, readonly [count: number, bytes: () => string, reads: boolean]>> = {
  "empty connections": [300, () => "", true],
  "half a head": [300, () => "GET / HTTP/1.1\r\nhost: x\r\nx-", true],
  "half a body": [
    300,
    () => request("POST", "/counter/increment", "content-type: application/json\r\ncontent-length: 9\r\n"),
    true,
  ],
  "ten thousand requests at once": [10, () => request("GET", "/health").repeat(10_000), true],
  "requests whose answers nobody reads": [10, () => request("GET", "/thing_descriptions").repeat(30), false],
  "streams of events that nobody reads": [300, () => request("GET", "/events"), false],
  "large heads": [300, () => request("GET", `/${"x".repeat(20_000)}`), true],
  "what is no HTTP": [300, () => "\0\x01\x02".repeat(1000), true],
};

describe.each(Object.entries(attacks))("A15: a flood of %s", (_, [count, bytes, reads]) => {
  it("leaves no memory behind, and a stop is done in every round of it", async () => {
    bench = await openListening({ yaml: "things:\n  counter: { driver: counter }\nlimits: { connections: 200 }\n" });
    const round = async () => {
      const sockets = Array.from({ length: count }, () => bench.connect());
      for (const socket of sockets) {
        if (reads) socket.resume();
        else socket.pause();
        socket.write(bytes());
      }
      expect(await stops()).toBe(true);
      for (const socket of sockets) socket.destroy();
      await expect.poll(connections).toBe(0);
    };
    for (let n = 0; n < 3; n++) await round();
    const before = await memoryInUse();
    for (let n = 0; n < 10; n++) await round();
    const after = await memoryInUse();
    const grown = after.objects - before.objects + after.buffers - before.buffers;
    expect(grown).toBeLessThan(6_000_000);
  });
});

it("A23: twenty thousand leases, taken and given back, cost no memory, and one small file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "benchd-leases-"));
  try {
    bench = await openListening({ yaml: `stateDirectory: ${folder}\nthings:\n  counter: { driver: counter }\n` });
    const round = async (count: number) => {
      for (let n = 0; n < count; n++) {
        const taken = await bench.app.inject({ method: "POST", url: "/counter/lease", payload: { seconds: 60 } });
        const headers = { "lease-number": String(taken.json().leaseNumber) };
        await bench.app.inject({ method: "DELETE", url: "/counter/lease", headers });
        bench.forgetLog();
      }
    };
    // As many events as are kept, and as many entries of the audit trail.
    await round(10_000);
    const before = await memoryInUse();
    await round(10_000);
    const after = await memoryInUse();
    expect(after.objects - before.objects).toBeLessThan(6_000_000);
    const numbers = readdirSync(folder).filter((name) => name.startsWith("lease"));
    for (const name of numbers) expect(statSync(join(folder, name)).size).toBeLessThan(1000);
    expect(numbers.length).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

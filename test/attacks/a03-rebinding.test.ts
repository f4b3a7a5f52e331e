import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Listening, openListening } from "./listening.ts";

let bench: Listening;
beforeAll(async () => {
  bench = await openListening({
    yaml: "allowedHosts: [bench.lab.example]\nthings:\n  counter: { driver: counter }\n",
  });
});
afterAll(() => bench.close());

/** Sent as it is: a client of ours would not let us. */
async function ask(head: readonly string[], target = "/things/", method = "GET") {
  const answer = await bench.send([`${method} ${target} HTTP/1.1`, ...head, "connection: close", "", ""].join("\r\n"));
  return { status: Number(answer.split(" ")[1]), answer };
}

describe("A03: a foreign name that has been pointed at this machine", () => {
  it.each([
    "evil.example",
    "evil.example:5000",
    "EVIL.example.",
    "bench.lab.example.evil.example",
    "evil-bench.lab.example",
    "127.0.0.1.nip.io:5000",
    "localhost.evil.example",
    "2130706433",
    "0x7f.1",
    "127.1",
  ])("is refused: %s", async (host) => {
    const { status, answer } = await ask([`host: ${host}`]);
    expect([status, answer]).toEqual([403, expect.stringContaining("allowedHosts")]);
    expect(answer).not.toContain("counter");
  });

  it.each([
    "localhost",
    "localhost:5000",
    "127.0.0.1:5000",
    "[::1]:5000",
    "[fe80::1]",
    "10.0.0.7",
    "bench.lab.example",
    "BENCH.lab.example.:80",
  ])("is none of ours, nor an address, which cannot be pointed elsewhere: %s", async (host) => {
    expect((await ask([`host: ${host}`])).status).toBe(200);
  });

  it.each([
    ["no Host", []],
    ["an empty Host", ["host:"]],
    ["two Hosts", ["host: localhost", "host: evil.example"]],
    ["two Hosts in one", ["host: localhost, evil.example"]],
    ["a name before it", ["host: user@localhost"]],
    ["a path behind it", ["host: localhost/evil"]],
    ["a port that is none", ["host: localhost:99999999"]],
    ["an address without brackets", ["host: ::1"]],
    ["an address with half of them", ["host: [::1"]],
    ["a space in it", ["host: local host"]],
  ])("cannot be slipped in: %s", async (_, head) => {
    expect((await ask(head)).status).toBe(400);
  });

  it("is looked for in the request line, too", async () => {
    expect((await ask(["host: localhost"], "http://evil.example/things/")).status).toBe(403);
    expect((await ask(["host: evil.example"], "http://localhost/things/")).status).toBe(403);
    expect((await ask(["host: localhost"], "http://localhost/things/")).status).toBe(200);
    expect((await ask(["host: localhost"], "http://bench.lab.example@evil.example/things/")).status).toBe(403);
  });

  it("is not believed of a proxy that nobody has named", async () => {
    for (const header of ["x-forwarded-host: evil.example", "forwarded: host=evil.example", "x-host: evil.example"]) {
      const { status, answer } = await ask(["host: localhost:5000", header]);
      expect([header, status]).toEqual([header, 200]);
      expect(answer).not.toContain("evil");
      expect((await ask(["host: evil.example", header.replace("evil.example", "localhost")])).status).toBe(403);
    }
  });

  it("is refused on every path, for every method, and changes nothing", async () => {
    const before = await bench.gateway.thing("counter").read("counter");
    for (const target of ["/", "/health", "/nosuch", "/counter/increment", "/emergency_stop", "/events", "/docs"]) {
      for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]) {
        const { status } = await ask(["host: evil.example", "content-length: 0"], target, method);
        expect([method, target, status]).toEqual([method, target, 403]);
      }
    }
    expect(await bench.gateway.thing("counter").read("counter")).toBe(before);
    expect(bench.gateway.emergencyStop.latch).toBeUndefined();
  });
});

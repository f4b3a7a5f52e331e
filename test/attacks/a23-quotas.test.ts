import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { anybody, Principal } from "../../src/access/principal.ts";
import { unhandledRejections } from "../unhandled.ts";
import { type Listening, openListening } from "./listening.ts";

const unhandled = unhandledRejections();
let bench: Listening;
beforeEach(async () => {
  bench = await openListening({
    yaml: "things:\n  counter: { driver: counter }\n",
    identify: ({ headers: { from = "" }, ip }) =>
      from === "" ? anybody(ip) : new Principal({ name: from, key: from, from: ip, grants: [{ scope: "configure" }] }),
  });
});
afterEach(async () => {
  await bench.close();
  expect(unhandled).toEqual([]);
});

async function ask(from: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const all = {
    from,
    connection: "close",
    ...(body !== undefined && { "content-type": "application/json" }),
    ...headers,
  };
  const answer = await fetch(new URL(path, bench.url), {
    ...{ method, headers: all },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    length: text.length,
    json: text === "" ? null : JSON.parse(text),
  };
}
const respondAsync = { prefer: "respond-async" };
const count = (from: string, n = 1, delay = 1) => ask(from, "POST", "/counter/slow_count", { n, delay }, respondAsync);

describe("A23: one who fills the queue of a Thing", () => {
  it("is told to come again, and others still find a place there", async () => {
    for (let n = 0; n < 101; n++) expect((await count("one")).status).toBe(201);
    const refused = await count("one");
    expect([refused.status, refused.headers.get("retry-after"), refused.json.type]).toEqual([
      503,
      "2",
      "urn:benchd:error:BENCHD_LANE_FULL",
    ]);
    const other = await count("other");
    expect([other.status, other.json.status]).toEqual([201, "pending"]);
    expect((await ask("other", "POST", "/emergency_stop")).json.stopped).toBe(true);
  });
});

describe("A23: an action of a thousand million steps", () => {
  it("is no larger to look at than others, and ends when it is cancelled", async () => {
    const { id } = (await count("one", 1e9, 0.001)).json;
    await bench.clock.advance(5000);
    const path = `/action_invocations/${id}`;
    const running = await ask("one", "GET", path);
    expect([running.json.status, running.json.log.length]).toEqual(["running", 1000]);
    expect(running.length).toBeLessThan(500_000);
    // What is told of it comes together.
    expect(bench.gateway.events.last).toBeLessThan(1000);
    expect((await ask("one", "DELETE", path)).status).toBe(200);
    await bench.clock.advance(1);
    expect((await ask("one", "GET", path)).json.status).toBe("cancelled");
  });
});

describe("A23: what a request brings along", () => {
  it.each([
    ["a key of 255 characters", { "idempotency-key": "k".repeat(255) }, 201],
    ["a longer key", { "idempotency-key": "k".repeat(256) }, 400],
    ["a key of 10 000 characters", { "idempotency-key": "k".repeat(10_000) }, 400],
    ["seventeen leases", { "lease-number": `${"1,".repeat(16)}1` }, 422],
    ["a wish of 10 000 characters", { prefer: `wait=${"9".repeat(10_000)}` }, 201],
    ["a trace of 10 000 characters", { traceparent: "0".repeat(10_000) }, 201],
  ])("%s is taken or refused for what it is", async (_, headers, status) => {
    expect((await ask("one", "POST", "/counter/increment", {}, headers)).status).toBe(status);
  });

  it("a note or a reason is as long as it may be", async () => {
    expect((await ask("one", "POST", "/counter/lease", { note: "x".repeat(501) })).status).toBe(422);
    const reason = `/counter/lease?break=true&reason=${"x".repeat(2000)}`;
    expect((await ask("one", "DELETE", reason)).status).toBe(422);
  });
});

describe("A23: leases that are taken and given back all the time", () => {
  it("have numbers that go on, and leave nothing else behind", async () => {
    const numbers: number[] = [];
    for (let n = 0; n < 50; n++) {
      const { json } = await ask("one", "POST", "/counter/lease", { seconds: 86_400 });
      numbers.push(json.leaseNumber);
      await ask("one", "DELETE", "/counter/lease", undefined, { "lease-number": String(json.leaseNumber) });
    }
    expect(numbers.at(-1)).toBe((numbers[0] ?? 0) + 49);
    expect((await ask("other", "GET", "/counter/lease")).json.held).toBe(false);
    // Its timers have gone with them.
    expect(bench.processClock.nextDue() ?? 0).toBeLessThan(bench.processClock.now() + 86_400_000);
  });
});

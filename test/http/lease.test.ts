import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

let bench: CounterBench;
beforeEach(async () => {
  bench = await openCounterBench();
});
afterEach(() => bench.close());

type Method = "GET" | "POST" | "PUT" | "DELETE";
async function ask(method: Method, url: string, { lease, body }: { lease?: number | string; body?: unknown } = {}) {
  const headers = { ...(lease !== undefined && { "lease-number": String(lease) }) };
  const answer = await bench.app.inject({
    method,
    url,
    headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
  return { status: answer.statusCode, body: answer.json() };
}
const take = async (body: object = {}) => (await ask("POST", "/counter/lease", { body })).body.leaseNumber as number;

describe("a lease", () => {
  it("is taken with a note, read by everybody, and given back", async () => {
    expect((await ask("GET", "/counter/lease")).body).toMatchObject({ held: false, leaseNumber: null, things: [] });
    const taken = await ask("POST", "/counter/lease", { body: { seconds: 60, note: "calibration" } });
    const lease = { held: true, holder: "127.0.0.1", note: "calibration", onLoss: "finish", things: ["counter"] };
    expect([taken.status, taken.body]).toEqual([201, expect.objectContaining(lease)]);
    expect(Date.parse(taken.body.until) - Date.parse(taken.body.since)).toBeGreaterThanOrEqual(60_000);
    expect((await ask("GET", "/counter/lease")).body).toEqual(taken.body);
    const back = await ask("DELETE", "/counter/lease", { lease: taken.body.leaseNumber });
    expect([back.status, back.body.held]).toEqual([200, false]);
  });

  it("is listed with all that are held, once, whatever it is on", async () => {
    expect((await ask("GET", "/gateway/leases")).body).toEqual([]);
    const { body } = await ask("POST", "/counter/lease", { body: { things: ["helper"] } });
    expect((await ask("GET", "/gateway/leases")).body).toEqual([(await ask("GET", "/counter/lease")).body]);
    expect(body.things).toEqual(["counter", "helper"]);
    await ask("DELETE", "/counter/lease", { lease: body.leaseNumber });
    expect((await ask("GET", "/gateway/leases")).body).toEqual([]);
  });

  it("lets nobody else change anything, and its holder everything", async () => {
    const lease = await take({ note: "calibration" });
    const changes: [Method, string, unknown?][] = [
      ["POST", "/counter/increment"],
      ["PUT", "/counter/gain", 3],
      ["POST", "/counter/gain/reset"],
      ["POST", "/counter/lease", {}],
      ["DELETE", "/counter/lease"],
    ];
    for (const [method, url, body] of changes) {
      const refused = await ask(method, url, { body });
      expect([url, refused.status, refused.body.type]).toEqual([url, 409, "urn:benchd:error:BENCHD_LEASE_HELD"]);
      expect(refused.body.detail).toMatch(/leased to 127\.0\.0\.1 until \d{4}-.*, who says "calibration"/);
      const allowed = await ask(method, url, { body, lease });
      expect([url, allowed.status]).toEqual([url, expect.toSatisfy((status: number) => status < 300)]);
    }
  });

  it("keeps nobody from reading, nor from stopping everything", async () => {
    await take();
    expect((await ask("GET", "/counter/counter")).status).toBe(200);
    expect((await ask("GET", "/counter/increment")).status).toBe(200);
    expect((await ask("POST", "/emergency_stop")).body).toMatchObject({ stopped: true });
  });

  it("does not concern clients that know of no leases, on Things that nobody has", async () => {
    await take();
    expect((await ask("POST", "/helper/increment")).status).toBe(201);
  });

  it("is renewed under its number, with what is to be different", async () => {
    const lease = await take({ seconds: 60, note: "calibration" });
    const renewed = await ask("POST", "/counter/lease", { lease, body: { seconds: 600 } });
    expect([renewed.status, renewed.body]).toEqual([
      200,
      expect.objectContaining({ leaseNumber: lease, note: "calibration" }),
    ]);
    await bench.processClock.advance(599_000);
    expect((await ask("GET", "/counter/lease")).body.held).toBe(true);
  });

  it("that has expired is refused wherever it is named, though the Thing is free", async () => {
    const lease = await take({ seconds: 1 });
    await bench.processClock.advance(1000);
    for (const [method, url] of [
      ["POST", "/counter/increment"],
      ["POST", "/counter/lease"],
      ["DELETE", "/counter/lease"],
    ] as const) {
      const refused = await ask(method, url, { lease });
      expect([url, refused.status, refused.body.type]).toEqual([url, 409, "urn:benchd:error:BENCHD_LEASE_LOST"]);
    }
    expect((await ask("POST", "/counter/increment")).status).toBe(201);
  });

  it("takes several Things at once, or none, and several leases are named with commas", async () => {
    const both = await ask("POST", "/counter/lease", { body: { things: ["helper"] } });
    expect(both.body.things).toEqual(["counter", "helper"]);
    expect((await ask("POST", "/helper/noop")).status).toBe(409);
    await ask("DELETE", "/helper/lease", { lease: both.body.leaseNumber });
    const [one, two] = [await take(), (await ask("POST", "/helper/lease")).body.leaseNumber];
    for (const url of ["/counter/noop", "/helper/noop"])
      expect((await ask("POST", url, { lease: `${one}, ${two}` })).status).toBe(201);
    expect((await ask("POST", "/counter/lease", { body: { things: ["nobody"] } })).status).toBe(404);
  });

  it("is broken with a reason only, which stands in the audit trail", async () => {
    const lease = await take();
    expect((await ask("DELETE", "/counter/lease?break=true")).status).toBe(422);
    const broken = await ask("POST", "/counter/lease?break=true&reason=it%20drips", { body: { note: "mine" } });
    expect([broken.status, broken.body.note]).toEqual([201, "mine"]);
    expect(broken.body.leaseNumber).toBeGreaterThan(lease);
    expect((await ask("POST", "/counter/increment", { lease })).status).toBe(409);
    const [, noted] = (await ask("GET", "/gateway/audit")).body;
    expect(noted).toMatchObject({ what: "lease.broken", thing: "counter", detail: `${lease} of 127.0.0.1: it drips` });
    await ask("DELETE", "/counter/lease?break=true&reason=done");
    expect((await ask("GET", "/counter/lease")).body.held).toBe(false);
  });

  it.each([
    ["seconds: 0", { seconds: 0 }],
    ["a day and more", { seconds: 86_401 }],
    ["what it does not know", { secs: 1 }],
    ["another policy", { onLoss: "explode" }],
    ["a long note", { note: "x".repeat(501) }],
    ["no object", [1]],
  ])("is refused with %s", async (_, body) => {
    expect((await ask("POST", "/counter/lease", { body })).status).toBe(422);
  });

  it.each(["abc", "1;2", "-1", "1,,2", "99999999999999999999"])("header that is none is refused: %s", async (lease) => {
    expect((await ask("POST", "/counter/noop", { lease })).status).toBe(422);
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Bench, connect } from "../../src/client/bench.ts";
import { unhandledRejections } from "../unhandled.ts";
import { type AskedBench, driven, lossy, openAskedBench } from "./bench.ts";

const unhandled = unhandledRejections();
let asked: AskedBench;
let bench: Bench;
beforeAll(async () => {
  asked = await openAskedBench({ prefix: "/api/v1" });
  bench = asked.bench;
});
afterAll(() => asked.close());
afterEach(() => {
  expect(asked.time.nextDue()).toBeUndefined();
  expect(unhandled).toEqual([]);
});

const by = (options: Parameters<typeof connect>[1]) =>
  connect(asked.url, { clock: asked.time, prefix: "/api/v1/", ...options });
const drive = <T>(work: Promise<T>) => driven(asked, work);
/** Events are told. */
const told = () => asked.processClock.advance(50);

describe("a bench", () => {
  it("tells of its Things, with a prefix too", async () => {
    expect(await bench.things()).toMatchObject({
      counter: { title: "CounterThing", state: "ready", reason: null, queued: 0 },
    });
    expect(await bench.describe()).toMatchObject({ counter: { title: "CounterThing" }, helper: {} });
    expect(await bench.thing("counter").describe()).toMatchObject({ actions: { slow_count: {} } });
  });

  it("fetches the bytes of an output, by whichever address it was told", async () => {
    const link = (await drive(bench.thing("counter").invoke("make_blob"))) as { href: string; media_type: string };
    const blob = await bench.blob({ ...link, href: link.href.replace("127.0.0.1", "bench.local") });
    expect([await blob.text(), blob.type]).toEqual(["some bytes\n", expect.stringMatching(/^text\/plain/)]);
    await expect(bench.blob({ href: "http://elsewhere/", media_type: "a/b" })).rejects.toThrow("is no blob");
  });

  it("is stopped also where the first requests are lost, and lets work begin again", async () => {
    const { asked: sent, fetch } = lossy(["request lost", "answer lost"]);
    const report = await by({ fetch }).emergencyStop("smoke");
    expect(report.things).toMatchObject({ counter: { confirmed: true } });
    expect(sent).toHaveLength(3);
    await expect(drive(bench.thing("counter").invoke("noop"))).rejects.toMatchObject({ code: "BENCHD_STOPPED" });
    await bench.clearEmergencyStop("it was toast");
    expect(await drive(bench.thing("counter").invoke("noop"))).toBeNull();
    const nobody = lossy(Array(3).fill("request lost"));
    await expect(by({ fetch: nobody.fetch }).emergencyStop()).rejects.toMatchObject({ name: "UnreachableError" });
  });

  it("clears the stop that it was told to clear, and none that was pressed since", async () => {
    const { emergencyStop } = asked.gateway;
    await bench.emergencyStop();
    const { asked: sent, fetch } = lossy(["request lost"], (method) => method === "DELETE");
    const clearing = by({ fetch }).clearEmergencyStop("it was toast");
    clearing.catch(() => {});
    await expect.poll(() => sent.map(({ method }) => method)).toContain("DELETE");
    const { at = 0 } = emergencyStop.latch ?? {};
    await emergencyStop.clear("bob");
    await expect.poll(() => Date.now()).toBeGreaterThan(at);
    await emergencyStop.trip("bob", "smoke");
    await expect(drive(clearing)).rejects.toMatchObject({ status: 409 });
    expect(emergencyStop.latch).toMatchObject({ by: "bob: smoke" });
    await bench.clearEmergencyStop();
  });

  it("asks people, and takes their answer", async () => {
    expect(await bench.prompts()).toEqual([]);
    const none = bench.answer("8e03978e-40d5-43e8-bc93-6894a57f9324", 12.5);
    await expect(none).rejects.toMatchObject({ name: "RefusedError", status: 404 });
  });
});

describe("a property", () => {
  it("is read and written, once also where answers are lost", async () => {
    const { asked: sent, fetch } = lossy(["answer lost", "request lost"], (method) => method === "PUT");
    await drive(by({ fetch }).thing("counter").write("gain", 3));
    const keys = sent.filter(({ method }) => method === "PUT").map(({ headers }) => headers.get("idempotency-key"));
    expect(keys).toEqual(Array(3).fill(expect.any(String)));
    expect(await bench.thing("counter").read("gain")).toBe(3);
    const refused = bench.thing("counter").write("gain", "3" as unknown);
    await expect(refused).rejects.toMatchObject({ status: 422 });
  });

  it("is observed: how it is, and each change, as far as it is told", async () => {
    const counter = bench.thing("counter");
    await counter.write("gain", 1);
    const values = counter.observe("gain");
    expect((await values.next()).value).toBe(1);
    const next = values.next();
    await counter.write("counter", 5);
    await counter.write("gain", 2);
    await told();
    expect((await next).value).toBe(2);
    await values.return(undefined);
  });

  it("is read anew after a gap, and when its device has come back", async () => {
    const streams = [
      'id: a-1\n\nevent: gap\ndata: {"why":"slow","missed":3,"detail":""}\n\n',
      'event: thingState\ndata: {"thing":"counter","state":"ready","reason":null}\n\n',
      'event: property\ndata: {"thing":"counter","name":"gain","value":null,"omitted":true}\n\n',
      'event: property\ndata: {"thing":"counter","name":"gain","value":9}\n\n',
    ];
    let reads = 0;
    const fetch = async (input: string | URL | Request, init?: RequestInit) => {
      if (!String(input).includes("/events")) {
        reads++;
        if (reads === 3) return new Response("{}", { status: 503 });
        if (reads === 2) throw new TypeError("fetch failed");
        return Response.json(reads);
      }
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (const text of streams) controller.enqueue(new TextEncoder().encode(text));
          init?.signal?.addEventListener("abort", () => controller.error(init.signal?.reason));
        },
      });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    };
    const seen: unknown[] = [];
    const all = (async () => {
      for await (const value of by({ fetch: fetch as typeof globalThis.fetch })
        .thing("counter")
        .observe("gain")) {
        seen.push(value);
        if (value === 9) return;
      }
    })();
    await drive(all);
    // The first one, after the gap (once unreachable, then the device is away), after it came back, in place of what was left out.
    expect(seen).toEqual([1, 4, 5, 9]);
  });

  it("has whoever observes it leave, by a signal or by himself, also while nothing happens", async () => {
    const leaving = new AbortController();
    const values = bench.thing("counter").observe("gain", { signal: leaving.signal });
    await values.next();
    const next = values.next();
    leaving.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    const others = bench.thing("counter").observe("gain");
    await others.next();
    const waiting = others.next();
    await others.return(undefined);
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  it.each([
    ["nothing", "gain", 404],
    ["counter", "nothing", 404],
    ["counter", "broken", 500],
  ])("%s/%s cannot be observed: %d", async (thing, property, status) => {
    const values = bench.thing(thing).observe(property);
    await expect(values.next()).rejects.toMatchObject({ name: "RefusedError", status });
  });
});

it("what is to start by a time is told so to the gateway, and refused when that is over", async () => {
  const counter = bench.thing("counter");
  const over = { startBy: new Date(Date.now() - 60_000) };
  const refusal = { code: "BENCHD_CLOCK_UNTRUSTED", status: 503 };
  await expect(drive(counter.invoke("noop", undefined, over))).rejects.toMatchObject(refusal);
  const told = { startBy: "soon" };
  await expect(drive(counter.invoke("noop", undefined, told))).rejects.toMatchObject({ status: 400 });
});

describe("a lease", () => {
  it("keeps others out, is renewed and given back", async () => {
    const [counter, helper] = [bench.thing("counter"), bench.thing("helper")];
    const lease = await bench.lease(["counter", "helper"], { seconds: 60, note: "Ada, calibration" });
    expect(lease).toMatchObject({ things: ["counter", "helper"], number: expect.any(Number) });
    await expect(helper.write("gain", 1)).rejects.toMatchObject({ code: "BENCHD_LEASE_HELD" });
    await expect(drive(counter.invoke("noop"))).rejects.toMatchObject({ code: "BENCHD_LEASE_HELD" });
    await helper.write("gain", 1, { lease });
    expect(await drive(counter.invoke("noop", undefined, { lease: lease.number }))).toBeNull();
    const before = lease.until;
    await lease.renew(600);
    expect(Date.parse(lease.until)).toBeGreaterThan(Date.parse(before));
    await lease.release();
    await helper.write("gain", 2);
    await expect(drive(counter.invoke("noop", undefined, { lease }))).rejects.toMatchObject({
      code: "BENCHD_LEASE_LOST",
    });
    await expect(bench.lease([])).rejects.toThrow("name one");
  });
});

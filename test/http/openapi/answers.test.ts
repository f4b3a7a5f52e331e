import type { LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Document } from "../../../src/http/openapi/compose.ts";
import { valueAt } from "../../../src/schema.ts";
import { judge, pointerTo } from "./judge.ts";
import { type MockBench, openMockBench } from "./mock-bench.ts";

type Method = "GET" | "PUT" | "POST" | "DELETE";
type Json = Readonly<Record<string, unknown>>;

let bench: MockBench;
let document: Document;
let issues: ReturnType<typeof judge>;
beforeAll(async () => {
  bench = await openMockBench();
  document = await bench.document();
  issues = judge(document);
});
afterAll(() => bench.close());

interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Ask, and hold the answer against what the document says of it: `path` is the one there. */
async function ask(method: Method, path: string, url = path, { body, headers = {} }: Sent = {}) {
  const payload = body === undefined ? {} : { payload: typeof body === "string" ? body : JSON.stringify(body) };
  const type = body === undefined ? {} : { "content-type": "application/json" };
  const asked = bench.app.inject({ method, url, headers: { ...type, ...headers }, ...payload });
  const answer = await bench.clock.until(asked);
  expect([method, url, flaws(answer, method, path)]).toEqual([method, url, []]);
  return answer;
}

function flaws(answer: LightMyRequestResponse, method: Method, path: string): readonly string[] {
  const responses = (document.paths[path]?.[method.toLowerCase()]?.["responses"] ?? {}) as Json;
  const status = [String(answer.statusCode), `${Math.floor(answer.statusCode / 100)}XX`].find(
    (one) => one in responses,
  );
  const told = responses[status ?? ""];
  if (status === undefined || told === undefined) return [`${answer.statusCode} is not told of: ${answer.body}`];
  const at = ["paths", path, method.toLowerCase(), "responses", status];
  const { $ref } = told as { $ref?: string };
  const where = $ref === undefined ? pointerTo(...at) : $ref.slice(1);
  const { content, headers = {} } = resolved(where) as { content?: Json; headers?: Json };
  const type = String(answer.headers["content-type"]).split(";")[0] ?? "";
  if (answer.body === "" && !content) return [];
  if (!content?.[type] && !content?.["*/*"]) return [`${type} is not told of`];
  const conditional = ["Link", "Preference-Applied", "Idempotent-Replayed"];
  const missing = Object.keys(headers).filter(
    (name) => !conditional.includes(name) && !answer.headers[name.toLowerCase()],
  );
  const wrong =
    type === "application/json" ? issues(`${where}${pointerTo("content", type, "schema")}`, answer.json()) : [];
  return [...missing.map((name) => `the header ${name} is missing`), ...wrong];
}

const resolved = (pointer: string): unknown => valueAt(document, decodeURIComponent(pointer));

describe("what is answered is what the document says", () => {
  it("when everything that needs no id is read", async () => {
    const named = { "{thing}": "pump", "{interlock}": "door_open", "{property}": "rate", "{action}": "dispense" };
    for (const [path, { get }] of Object.entries(document.paths)) {
      const { content } = ((get?.["responses"] as Json | undefined)?.["200"] ?? {}) as { content?: Json };
      // Streams never end.
      if (!content || Object.keys(content).every((type) => /event-stream|multipart|image/.test(type))) continue;
      const url = Object.entries(named).reduce((text, [name, value]) => text.replaceAll(name, value), path);
      if (!url.includes("{")) await ask("GET", path, url);
    }
  });

  it("when every property is written as the example says", async () => {
    for (const [path, { put }] of Object.entries(document.paths)) {
      const content = (put?.["requestBody"] as { content?: Record<string, Json> } | undefined)?.content;
      if (!content || path.includes("{")) continue;
      await ask("PUT", path, path, { body: content["application/json"]?.["example"] });
    }
    await ask("PUT", "/counter/gain", "/counter/gain", { body: "{" });
    await ask("PUT", "/counter/gain", "/counter/gain", { body: "wrong" });
    await ask("PUT", "/counter/func_rw", "/counter/func_rw", { body: -1 });
    await ask("POST", "/counter/gain/reset");
  });

  it("when actions are invoked, polled, listed and cancelled", async () => {
    const invoked = await ask("POST", "/pump/dispense", "/pump/dispense", {
      body: { volume: 0.1 },
      headers: { prefer: "wait=60", "idempotency-key": "one-dose" },
    });
    const { id } = invoked.json();
    const one = `/action_invocations/${id}`;
    await ask("GET", "/action_invocations/{id}/output", `${one}/output`);
    await bench.clock.advance(60_000);
    expect((await ask("GET", "/action_invocations/{id}", one)).json()).toMatchObject({ status: "completed" });
    await ask("GET", "/action_invocations/{id}/output", `${one}/output`);
    await ask("DELETE", "/action_invocations/{id}", one);
    const tag = String((await ask("GET", "/action_invocations/{id}", one)).headers["etag"]);
    const known = await ask("GET", "/action_invocations/{id}", one, { headers: { "if-none-match": tag } });
    expect(known.statusCode).toBe(304);
    await ask("GET", "/pump/dispense");
    await ask("GET", "/gateway/history/{id}", `/gateway/history/${id}`);
    await ask("GET", "/gateway/transcripts/{id}", `/gateway/transcripts/${id}`);
    await ask("GET", "/gateway/history", "/gateway/history?format=csv");
    await ask("GET", "/gateway/history", "/gateway/history?format=ndjson");
    const failing = (await ask("POST", "/counter/fail")).json();
    expect((await ask("GET", "/action_invocations/{id}", failing.href)).json()).toMatchObject({ status: "error" });
    await ask("PUT", "/pump/remaining", "/pump/remaining", { body: 50 });
    const dose = (
      await ask("POST", "/dispenser/dose", "/dispenser/dose", {
        body: { mass: 1 },
        headers: { prefer: "respond-async" },
      })
    ).json();
    await bench.clock.advance(2000);
    await ask("DELETE", "/action_invocations/{id}", dose.href);
    await bench.clock.advance(30_000);
    const ended = (await ask("GET", "/action_invocations/{id}", dose.href)).json();
    expect([ended.status, ended.delivery.length, ended.steps.length > 1]).toEqual(["cancelled", 2, true]);
  });

  it("when the Things are those of the Web of Things", async () => {
    const wot = "/things/{thing}";
    await ask("PUT", `${wot}/properties/{property}`, "/things/pump/properties/rate", { body: 5 });
    await ask("PUT", `${wot}/properties/{property}`, "/things/pump/properties/rate", { body: "fast" });
    await ask("PUT", `${wot}/properties`, "/things/pump/properties", { body: { rate: 4, remaining: 40 } });
    await ask("GET", `${wot}/properties`, "/things/counter/properties");
    const polling = "/things/pump/properties/state?wait=0";
    expect((await ask("GET", `${wot}/properties/{property}`, polling)).headers).toHaveProperty("link");
    const action = `${wot}/actions/{action}`;
    const prefer = { prefer: "respond-async" };
    const { href } = (
      await ask("POST", action, "/things/pump/actions/dispense", { body: { volume: 1 }, headers: prefer })
    ).json();
    await ask("GET", `${action}/{id}`, href);
    await ask("DELETE", `${action}/{id}`, href);
    await bench.clock.advance(5000);
    expect((await ask("GET", `${action}/{id}`, href)).json()).toMatchObject({ status: "failed" });
    expect((await ask("DELETE", `${action}/{id}`, href)).statusCode).toBe(409);
    await ask("POST", action, "/things/pump/actions/fly");
    const [{ id }] = (await ask("GET", "/gateway/directory/things")).json();
    await ask("GET", "/gateway/directory/things/{urn}", `/gateway/directory/things/${id}`);
  });

  it("when blobs are made, fetched and read", async () => {
    const { output, href } = (await ask("POST", "/counter/make_blob")).json();
    const url = new URL(output.href, "http://bench").pathname;
    const { headers } = await ask("GET", "/blob/{blob_id}", url);
    const etag = String(headers["etag"]);
    expect((await ask("GET", "/blob/{blob_id}", url, { headers: { "if-none-match": etag } })).statusCode).toBe(304);
    expect((await ask("GET", "/blob/{blob_id}", url, { headers: { range: "bytes=0-3" } })).statusCode).toBe(206);
    expect((await ask("GET", "/blob/{blob_id}", url, { headers: { range: "bytes=9999-" } })).statusCode).toBe(416);
    await ask("GET", "/action_invocations/{id}/output", `${href}/output`);
    await ask("POST", "/counter/read_blob", "/counter/read_blob", { body: { blob: output } });
  });

  it("when it is refused", async () => {
    const unknown = "8e03978e-40d5-43e8-bc93-6894a57f9324";
    expect((await ask("GET", "/action_invocations/{id}", `/action_invocations/${unknown}`)).statusCode).toBe(404);
    expect((await ask("GET", "/action_invocations/{id}", "/action_invocations/one")).statusCode).toBe(422);
    expect((await ask("GET", "/action_invocations", "/action_invocations?limit=0")).statusCode).toBe(422);
    const dispense = (sent: Sent) => ask("POST", "/pump/dispense", "/pump/dispense", sent);
    const body = { volume: 1 };
    expect((await dispense({})).statusCode).toBe(422);
    expect((await dispense({ body: { volume: "1" } })).statusCode).toBe(422);
    expect((await dispense({ body, headers: { "content-type": "text/plain" } })).statusCode).toBe(415);
    expect((await dispense({ body, headers: { host: "evil.example" } })).statusCode).toBe(403);
    expect((await dispense({ body, headers: { "idempotency-key": "two words" } })).statusCode).toBe(400);
    expect((await dispense({ body, headers: { "idempotency-key": "one-dose" } })).statusCode).toBe(422);
    expect((await dispense({ body: `{"volume":${" ".repeat(1024 * 1024)}1}` })).statusCode).toBe(413);
    expect((await ask("POST", "/heater/heat_to", "/heater/heat_to", { body: { temperature: 900 } })).statusCode).toBe(
      201,
    );
  });

  it("when a Thing is leased, given back, looked at and opened again", async () => {
    const lease = "/{thing}/lease";
    const taken = await ask("POST", lease, "/psu/lease", {
      body: { seconds: 60, note: "calibration", onLoss: "cancel" },
    });
    const headers = { "lease-number": String(taken.json().leaseNumber) };
    await ask("GET", lease, "/psu/lease");
    expect((await ask("PUT", "/psu/voltage", "/psu/voltage", { body: 1 })).statusCode).toBe(409);
    expect((await ask("POST", lease, "/psu/lease", { headers })).statusCode).toBe(200);
    await ask("DELETE", lease, "/psu/lease", { headers });
    expect((await ask("DELETE", "/{thing}/quarantine", "/psu/quarantine")).statusCode).toBe(409);
  });

  it("when simulated devices misbehave", async () => {
    await ask("GET", "/mock/{thing}/faults", "/mock/balance/faults");
    const fault = "/mock/{thing}/faults/{fault}";
    await ask("PUT", fault, "/mock/balance/faults/silence", { body: {} });
    await ask("GET", "/mock/{thing}/faults", "/mock/balance/faults");
    expect((await ask("GET", "/balance/weight")).statusCode).toBe(504);
    await ask("DELETE", fault, "/mock/balance/faults/silence");
    await ask("PUT", fault, "/mock/balance/faults/unplugged", { body: {} });
    await bench.clock.advance(5000);
    expect((await ask("GET", "/balance/weight")).statusCode).toBe(503);
    expect((await ask("GET", "/ready")).statusCode).toBe(200);
    await ask("DELETE", "/mock/{thing}/faults", "/mock/balance/faults");
    expect((await ask("GET", "/counter/broken")).statusCode).toBe(500);
  });

  it("when everything is stopped, and an interlock trips", async () => {
    await ask("POST", "/emergency_stop", "/emergency_stop?reason=smoke");
    await ask("GET", "/emergency_stop");
    expect((await ask("POST", "/pump/dispense", "/pump/dispense", { body: { volume: 1 } })).statusCode).toBe(409);
    await ask("POST", "/pump/stop");
    await ask("DELETE", "/emergency_stop");
    await ask("PUT", "/mock/{thing}/faults/{fault}", "/mock/door/faults/open", { body: {} });
    await bench.clock.advance(2000);
    await ask("GET", "/gateway/interlocks");
    await ask("POST", "/gateway/interlocks/{interlock}/reset", "/gateway/interlocks/door_open/reset");
    await ask("GET", "/gateway/audit", "/gateway/audit?limit=1");
  });
});

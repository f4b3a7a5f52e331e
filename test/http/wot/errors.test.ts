import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import * as errors from "../../../src/errors.ts";
import { statusOf } from "../../../src/http/status.ts";
import { type MixerBench, openMixer } from "./mixer.ts";

let bench: MixerBench;
beforeEach(async () => {
  bench = await openMixer();
});
type Method = "GET" | "PUT" | "POST" | "DELETE" | "PATCH" | "OPTIONS";
const send = (method: Method, url: string, headers = {}, payload?: string) =>
  bench.app.inject({ method, url, headers, ...(payload !== undefined && { payload }) });

describe("every refusal in the Web of Things view is a problem by RFC 9457", () => {
  it.each([
    ["GET", "/things/nosuch", 404],
    ["GET", "/things/mixer/", 404],
    ["GET", "/things/mixer/properties/", 404],
    ["GET", "/things/mixer/properties/nosuch", 404],
    ["PUT", "/things/mixer/properties/nosuch", 404],
    ["GET", "/things/mixer/properties/constructor", 404],
    ["GET", "/things/mixer/actions/nosuch", 404],
    ["POST", "/things/mixer/actions/nosuch", 404],
    ["GET", "/things/mixer/events/nosuch", 404],
    ["GET", "/things/mixer/nosuch", 404],
    ["POST", "/things/mixer/reset", 404],
    ["DELETE", "/things/mixer/actions/rinse/1", 404],
    ["GET", "/gateway/directory/nosuch", 404],
    ["GET", "/gateway/directory/things/urn:uuid:1", 404],
    ["PUT", "/things/mixer", 405],
    ["POST", "/things/mixer/properties/speed", 405],
    ["DELETE", "/things/mixer/properties", 405],
    ["PATCH", "/things/mixer/actions/rinse", 405],
    ["OPTIONS", "/things/mixer/actions", 405],
    ["POST", "/gateway/directory/things", 405],
    ["GET", "/things/%zz", 400],
    ["GET", "/things/mixer/actions?colour=red", 400],
    ["GET", "/gateway/directory/things?limit=0", 400],
    ["GET", `/things/${"x".repeat(500)}`, 414],
  ] as const)("%s %s: %i", async (method, url, status) => {
    const answer = await send(method, url);
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([status, "application/problem+json"]);
    expect(answer.json()).toMatchObject({ status, type: expect.any(String), title: expect.any(String) });
    expect(typeof answer.json().detail).toBe("string");
    if (status === 405) expect(String(answer.headers.allow)).toMatch(/GET/);
  });

  it.each([
    [{ host: "evil.example" }, 403],
    [{ host: "a b" }, 400],
    [{ origin: "http://evil.example", "content-type": "application/json" }, 403],
    [{ "content-type": "text/plain" }, 415],
    [{ "content-type": "application/json", "content-encoding": "gzip" }, 415],
    [{ "content-type": "application/json", "idempotency-key": "no key" }, 400],
    [{ "content-type": "application/json", "lease-number": "mine" }, 400],
  ])("%j: %i", async (headers, status) => {
    const answer = await send("PUT", "/things/mixer/properties/speed", headers, "5");
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([status, "application/problem+json"]);
    expect(bench.device.done).toEqual([]);
  });

  it.each(["{bad", "", "[[".repeat(100)])("a body that is none: %j", async (payload) => {
    const answer = await send("PUT", "/things/mixer/properties/speed", { "content-type": "application/json" }, payload);
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([400, "application/problem+json"]);
  });

  it("where a driver throws what nobody foresaw", async () => {
    const answer = await send("GET", "/things/counter/properties/broken");
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([500, "application/problem+json"]);
    expect(answer.json()).toEqual({
      type: "about:blank",
      title: "Internal Server Error",
      status: 500,
      detail: "cannot read the hardware",
    });
  });

  it("and what is not its client's doing stands in the log, a line each", async () => {
    bench.device.dark = true;
    await send("GET", "/things/counter/properties");
    await send("GET", "/things/mixer/properties");
    await send("GET", "/things/mixer/properties/nosuch");
    const noted = bench.logged().map((line) => JSON.parse(line));
    expect(noted.map(({ level, msg, thing, code }) => [level, msg, thing, code])).toEqual([
      [50, "a driver failed", "counter", undefined],
      [40, "nothing to be seen", "mixer", "BENCHD_DEVICE_FAULT"],
    ]);
    expect(noted[0].err.stack).toContain("counter.ts");
  });

  it("with the prefix before it", async () => {
    bench = await openMixer({ prefix: "/api/v1" });
    expect((await send("GET", "/api/v1/things/nosuch")).headers["content-type"]).toBe("application/problem+json");
    expect((await send("GET", "/things/nosuch")).json()).toEqual({ detail: "Not Found" });
    expect((await send("GET", "/api/v1/things/mixer/properties/speed")).body).toBe("0");
  });
});

it("a missing or surplus slash leads to no other place", async () => {
  for (const url of ["/things/mixer/", "/things/mixer/actions/", "/gateway/directory/", "/.well-known/wot/"])
    expect([url, (await send("GET", url)).statusCode]).toEqual([url, 404]);
});

it.each([
  "/things/mixr",
  "/things/mixr/properties",
  "/things/mixer/",
  "/things/mixer/propertis",
  "/gateway/directory/x",
])("whoever has a wrong address is told where the right ones are: %s", async (url) => {
  const { detail } = (await send("GET", url)).json();
  expect(detail).toContain("/gateway/directory/things");
  expect((await send("GET", "/gateway/directory/things")).statusCode).toBe(200);
});

it("each code has the status that docs/errors.md tells, in both views", () => {
  const page = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `(BENCHD_\w+)` *\| (\d+)[^|]*\| (\d+)/gm)];
  const told = new Map(rows.map(([, code, labthings, wot]) => [code, [Number(labthings), Number(wot)]]));
  const concrete = Object.values(errors).flatMap((thrown) => {
    if (typeof thrown !== "function" || !(thrown.prototype instanceof errors.BenchdError)) return [];
    const error = new (thrown as unknown as new (message: string) => errors.BenchdError)("no");
    return error.code === undefined ? [] : [error];
  });
  expect(concrete.length).toBeGreaterThan(20);
  for (const error of concrete) {
    expect([error.code, statusOf(error), statusOf(error, "wot")]).toEqual([
      error.code,
      ...(told.get(error.code) ?? []),
    ]);
  }
});

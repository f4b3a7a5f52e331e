import { afterEach, beforeEach, expect, test } from "vitest";
import { Principal } from "../../src/access/principal.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

let bench: CounterBench;
beforeEach(async () => {
  bench = await openCounterBench();
});
afterEach(() => bench.close());

const entries = async (url = "/gateway/audit") => {
  const { headers, json } = await bench.app.inject({ url });
  return { link: headers.link, told: json() as { what: string; by: string; detail: string | null; seq: number }[] };
};

test("who has stopped, cleared and reset stands there with the reasons, newest first", async () => {
  await bench.app.inject({ method: "POST", url: "/emergency_stop?reason=smoke" });
  await bench.app.inject({ method: "DELETE", url: "/emergency_stop?reason=it%20was%20steam" });
  const counter = bench.gateway.thing("counter");
  counter.quarantine("it never answered", new Promise(() => {}), counter.generation);
  await bench.app.inject({ method: "DELETE", url: "/counter/quarantine" });
  const { told } = await entries();
  expect(told.map(({ by, what, detail }) => [by, what, detail])).toEqual([
    ["127.0.0.1", "quarantine.reset", "ready"],
    ["127.0.0.1", "emergency_stop.cleared", "it was steam"],
    ["127.0.0.1", "emergency_stop.pressed", "smoke"],
    ["the gateway", "gateway.started", "benchd unknown, simulated devices"],
  ]);
});

test("a reason of any length and kind keeps nobody from stopping", async () => {
  for (const query of ["?reason=", `?reason=${"x".repeat(5000)}`, "?reason=a&reason=b", "?other=1", "?reason=%0a%1b"]) {
    const { statusCode } = await bench.app.inject({ method: "POST", url: `/emergency_stop${query}` });
    expect([query.slice(0, 20), statusCode]).toEqual([query.slice(0, 20), 200]);
  }
  expect(bench.gateway.emergencyStop.latch?.by.length).toBeLessThan(300);
});

test("it is paged to its end by the links", async () => {
  for (let n = 0; n < 25; n++) bench.gateway.audit.note({ by: "ada", what: "test", detail: String(n) });
  const seen: number[] = [];
  let url: string | undefined = "/gateway/audit?limit=10";
  for (let page = 0; url !== undefined && page < 9; page++) {
    const { link, told }: Awaited<ReturnType<typeof entries>> = await entries(url);
    seen.push(...told.filter(({ what }) => what === "test").map(({ detail }) => Number(detail)));
    url = /<http:\/\/[^/]+([^>]+)>; rel="next"/.exec(String(link))?.[1];
  }
  expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => 24 - n));
});

test("who has written a setting stands there", async () => {
  const url = "/counter/gain";
  await bench.app.inject({ method: "PUT", url, payload: "3", headers: { "content-type": "application/json" } });
  const { told } = await entries("/gateway/audit?what=setting");
  expect(told).toMatchObject([{ by: "127.0.0.1", from: "127.0.0.1", detail: "gain: 3" }]);
});

const json = { "content-type": "application/json" };
const acts = async () =>
  (await entries("/gateway/audit?what=action")).told.map(({ what, detail }) => `${what} ${detail}`);

test("what clients do to Things stands there: who, what, which Thing, from where; once for a request that is repeated", async () => {
  const invoke = (key: string) =>
    bench.app.inject({ method: "POST", url: "/counter/increment", headers: { "idempotency-key": key } });
  for (const key of ["a", "a", "a"]) await invoke(key);
  await bench.app.inject({ method: "POST", url: "/things/counter/actions/increment" });
  await bench.app.inject({ method: "PUT", url: "/counter/gain", payload: "3", headers: json });
  await bench.app.inject({ method: "PUT", url: "/things/counter/properties/gain", payload: "4", headers: json });
  await bench.app.inject({ method: "PUT", url: "/things/counter/properties", payload: { gain: 5 } });
  await bench.app.inject({ method: "POST", url: "/counter/gain/reset" });
  const { told } = await entries("/gateway/audit?thing=counter");
  const byAda = { by: "127.0.0.1", from: "127.0.0.1" };
  expect(told.filter(({ what }) => !what.startsWith("setting"))).toMatchObject([
    { ...byAda, what: "property.reset", thing: "counter", detail: "gain", times: 1 },
    { ...byAda, what: "property.written", detail: "gain", times: 3 },
    { ...byAda, what: "action.invoked", detail: "increment", times: 2 },
  ]);
});

test("a cancel stands there, of all three kinds", async () => {
  const started = async () => {
    const answer = await bench.app.inject({ method: "POST", url: "/counter/slow_count" });
    return (answer.json() as { id: string }).id;
  };
  const cancels = [
    (id: string) => `/action_invocations/${id}`,
    (id: string) => `/actions/${id}?timeout=0`,
    (id: string) => `/things/counter/actions/slow_count/${id}`,
  ];
  for (const url of cancels)
    await bench.app.inject({ method: "DELETE", url: url(await started()), headers: { prefer: "respond-async" } });
  expect(await acts()).toEqual(["action.cancelled slow_count", "action.invoked slow_count"]);
});

test("what was refused is no act", async () => {
  await bench.app.inject({ method: "POST", url: "/emergency_stop" });
  await bench.app.inject({ method: "POST", url: "/counter/increment" });
  await bench.app.inject({ method: "POST", url: "/counter/nothing" });
  await bench.app.inject({ method: "PUT", url: "/counter/gain", payload: '"no"', headers: json });
  await bench.app.inject({ method: "PUT", url: "/counter/gain", payload: "3", headers: json });
  expect(await acts()).toEqual([]);
  expect((await entries("/gateway/audit?what=property")).told).toEqual([]);
});

test("the history tells the address that an invocation was asked for from, the LabThings view does not", async () => {
  await bench.app.inject({ method: "POST", url: "/counter/increment" });
  const [entry] = (await bench.app.inject("/gateway/history")).json() as { id: string; requestedFrom: string }[];
  expect(entry?.requestedFrom).toBe("127.0.0.1");
  const [header, row] = (await bench.app.inject("/gateway/history?format=csv")).body.split("\r\n");
  expect([header?.split(",").at(-1), row?.split(",").at(-1)]).toEqual(["requested_from", "127.0.0.1"]);
  expect((await bench.app.inject("/gateway/history?format=ndjson")).body).toContain('"requestedFrom":"127.0.0.1"');
  for (const url of ["/action_invocations", `/action_invocations/${entry?.id}`, "/actions"])
    expect((await bench.app.inject(url)).body).not.toContain("requestedFrom");
});

test("who is refused stands there by name or by address, with the route and without what was sent", async () => {
  await bench.close();
  const grants = [{ scope: "read" as const, things: ["counter"] }];
  bench = await openCounterBench({
    identify: ({ headers, ip }) =>
      headers.authorization === "Bearer good"
        ? new Principal({ name: "ada", key: "ada", from: ip, grants })
        : undefined,
  });
  const ask = (method: "GET" | "POST" | "DELETE", url: string, authorization: string) =>
    bench.app.inject({ method, url, headers: { authorization } });
  for (let n = 0; n < 3; n++) await ask("POST", "/counter/increment?x=secret", "Bearer wrong");
  await ask("POST", "/counter/increment?x=secret", "Bearer good");
  await ask("DELETE", "/emergency_stop", "Bearer good");
  await ask("GET", "/nowhere/secret/at/all", "Bearer wrong");
  const told = bench.gateway.audit.page({ limit: 10, what: "access" });
  expect(told.map(({ by, from, thing, detail, times }) => [by, from, thing, detail, times])).toEqual([
    ["127.0.0.1", "127.0.0.1", undefined, "401 GET nothing that there is", 1],
    ["ada", "127.0.0.1", undefined, "403 DELETE /emergency_stop", 1],
    ["ada", "127.0.0.1", "counter", "403 POST /:thing/:affordance", 1],
    ["127.0.0.1", "127.0.0.1", "counter", "401 POST /:thing/:affordance", 3],
  ]);
  expect(JSON.stringify(told)).not.toMatch(/secret|wrong|good/);
});

test("the links of a filtered page lead on in the same filter", async () => {
  for (let n = 0; n < 25; n++)
    bench.gateway.audit.note({ by: "ada", what: n % 2 ? "lease.taken" : "test", detail: String(n) });
  const { link } = await entries("/gateway/audit?limit=5&what=lease&since=2000-01-01T00:00:00Z");
  const next = /<http:\/\/[^/]+([^>]+)>/.exec(String(link))?.[1] ?? "";
  expect((await entries(next)).told.map(({ detail }) => Number(detail))).toEqual([13, 11, 9, 7, 5]);
});

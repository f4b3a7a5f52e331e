import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { Principal } from "../../src/access/principal.ts";
import { defineThing, detached, Type } from "../../src/driver.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";
import { readExposition } from "./exposition.ts";

let bench: CounterBench;
afterEach(() => bench.close());

async function scrape(authorization = "") {
  const { headers, body } = await bench.app.inject({ url: "/metrics", headers: { authorization } });
  expect(headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  return readExposition(body);
}
const of = (samples: Awaited<ReturnType<typeof scrape>>, name: string) =>
  samples.filter((one) => one.name === `benchd_${name}`).map(({ labels, value }) => [...Object.values(labels), value]);

test("Prometheus is told how each Thing is, what waits for it, and what has become of what was asked of it", async () => {
  bench = await openCounterBench();
  // What has not happened, or is not measured, is not zero.
  expect(of(await scrape(), "invocations_ended_total")).toEqual([]);
  expect(of(await scrape(), "event_loop_delay_seconds")).toEqual([]);
  const invoke = (name: string) => bench.app.inject({ method: "POST", url: `/counter/${name}` });
  for (const name of ["increment", "increment", "fail"]) await invoke(name);
  for (let n = 0; n < 3; n++) bench.gateway.thing("helper").invoke("slow_count", undefined, { requestedBy: "ada" });
  const samples = await scrape();
  expect(of(samples, "thing_state")).toEqual([
    ["counter", "ready", 1],
    ["helper", "ready", 1],
  ]);
  expect(of(samples, "lane_queue_length")).toEqual([
    ["counter", 0],
    ["helper", 2],
  ]);
  expect(of(samples, "lane_held")).toEqual([
    ["counter", 0],
    ["helper", 1],
  ]);
  expect(of(samples, "invocations_ended_total")).toEqual([
    ["counter", "completed", 2],
    ["counter", "error", 1],
  ]);
});

test("and how the gateway is: build, memory, journal, event loop, connections, emergency stop", async () => {
  bench = await openCounterBench();
  bench.gateway.health.add({ name: "event loop", check: () => "held up", figures: () => ({ lagMs: 250 }) });
  await bench.app.inject({ method: "POST", url: "/emergency_stop" });
  const samples = await scrape();
  expect(of(samples, "build_info")).toEqual([["unknown", 1]]);
  expect(of(samples, "emergency_stop_latched")).toEqual([[1]]);
  expect(of(samples, "event_loop_delay_seconds")).toEqual([[0.25]]);
  expect(of(samples, "probe_ok")).toEqual([
    ["lanes", 1],
    ["journal", 1],
    ["limits", 1],
    ["event loop", 0],
  ]);
  for (const name of ["heap_used_bytes", "external_memory_bytes", "resident_memory_bytes"])
    expect(of(samples, name)).toEqual([[expect.any(Number)]]);
  for (const name of ["connections", "event_subscribers", "waiting_requests"]) expect(of(samples, name)).toEqual([[0]]);
});

test("a Thing that one may not read is not there, and who may read none is told nothing", async () => {
  const some = [{ scope: "read" as const, things: ["counter"] }];
  bench = await openCounterBench({
    identify: ({ headers: { authorization } }) =>
      new Principal({ name: "ada", key: "ada", from: undefined, grants: authorization === "some" ? some : [] }),
  });
  const samples = await scrape("some");
  const named = samples.flatMap(({ labels }) => labels["thing"] ?? []);
  expect(named.length).toBeGreaterThan(3);
  expect(new Set(named)).toEqual(new Set(["counter"]));
  expect((await bench.app.inject({ url: "/metrics" })).statusCode).toBe(403);
});

test("how long invocations waited and ran is told by Thing and action; work under a title of its own is one action", async () => {
  const title = 'run "42"\nof\\ many';
  const busybody = defineThing({
    title: "Busybody",
    config: Type.Object({}),
    actions: { work: { title: "Begin more work" } },
    open: async () => ({
      invoke: {
        work: () => {
          detached(title, async () => {});
        },
      },
    }),
  });
  bench = await openCounterBench({ drivers: { busybody } });
  await bench.app.inject({ method: "POST", url: "/busybody/work" });
  await bench.app.inject({ method: "POST", url: "/counter/increment" });
  const { body } = await bench.app.inject("/metrics");
  const samples = readExposition(body);
  expect(of(samples, "invocation_run_seconds_count")).toEqual([
    ["counter", "increment", 1],
    ["busybody", "work", 1],
    ["busybody", "(detached)", 1],
  ]);
  expect(of(samples, "invocation_wait_seconds_count")).toEqual([
    ["counter", 1],
    ["busybody", 2],
  ]);
  expect(body).not.toContain("of\\\\ many");
});

test("requests are told by their route and never by what was asked for, refusals by their code", async () => {
  bench = await openCounterBench();
  const post = (url: string, payload?: object) =>
    bench.app.inject({ method: "POST", url, ...(payload && { payload }) });
  await post("/counter/increment");
  await post("/counter/slow_count", { n: "many" });
  for (const name of ["fail", "nothing", "or/nothing/else"]) await post(`/counter/${name}`);
  await bench.app.inject({ url: "/no/such/place?x=1", headers: { "user-agent": 'a"b' } });
  const samples = await scrape();
  expect(of(samples, "http_requests_total")).toEqual([
    ["other", "(none)", "4xx", 2],
    ["POST", "/:thing/:affordance", "2xx", 2],
    ["POST", "/:thing/:affordance", "4xx", 2],
  ]);
  expect(of(samples, "http_refusals_total")).toEqual([["BENCHD_INPUT", 1]]);
  expect(of(samples, "http_request_seconds_count").map((row) => row.at(-1))).toEqual([2, 4]);
});

test("keys, leases, interlocks, alarms, outputs and the wall clock are told", async () => {
  bench = await openCounterBench({ stateDirectory: await mkdtemp(join(tmpdir(), "benchd-metrics-")) });
  const headers = { "idempotency-key": "one" };
  for (let n = 0; n < 3; n++) await bench.app.inject({ method: "POST", url: "/counter/increment", headers });
  await bench.app.inject({ method: "POST", url: "/helper/lease", payload: { seconds: 60, note: "mine" } });
  const samples = await scrape();
  expect(of(samples, "keys_total")).toEqual([
    ["new", 1],
    ["replayed", 2],
  ]);
  expect(of(samples, "thing_leased")).toEqual([
    ["counter", 0],
    ["helper", 1],
  ]);
  expect(of(samples, "leases_held")).toEqual([[1]]);
  expect(of(samples, "clock_trusted")).toEqual([[0]]);
  expect(of(samples, "suspended_seconds_total")).toEqual([[expect.any(Number)]]);
  expect(of(samples, "thing_outputs_on")).toEqual([
    ["counter", 0],
    ["helper", 0],
  ]);
  // The key was on the disk before its action began.
  expect(of(samples, "journal_sync_seconds_count")).toEqual([[expect.any(Number)]]);
  expect(of(samples, "journal_last_sync_age_seconds")).toEqual([[expect.any(Number)]]);
  const [[, database] = [], [, log] = []] = of(samples, "journal_bytes");
  expect(database).toBeGreaterThan(0);
  expect(log).toBeGreaterThan(0);
});

test("what is told is bounded: labels are names of the configuration, of definitions, of routes and of errors, and words of ours", async () => {
  const routes: string[] = [];
  bench = await openCounterBench({ onRoute: ({ url }) => void routes.push(url) });
  const ask = async () => {
    for (const name of ["increment", "echo", "noop", "fail", "bad_output", "anything", `x${Math.random()}`])
      await bench.app.inject({ method: "POST", url: `/counter/${name}`, payload: { a: "<script>" } });
    for (const url of [`/${Math.random()}`, "/things/", "/%0a", "/counter/?x=y"]) await bench.app.inject(url);
    return bench.app.inject("/metrics");
  };
  await ask();
  const before = (await ask()).body.split("\n").length;
  await ask();
  const { body } = await ask();
  expect(body.split("\n").length).toBe(before);
  const things = [...bench.gateway.things.values()];
  const actions = things.flatMap(({ definition }) => Object.keys(definition.actions ?? {}));
  const known: Readonly<Record<string, readonly string[] | RegExp>> = {
    thing: things.map(({ name }) => name),
    action: [...actions, "stop", "(detached)"],
    route: [...routes, "(none)"],
    state: ["opening", "ready", "disconnected", "faulted", "quarantined", "closed"],
    status: ["completed", "cancelled", "error", "2xx", "3xx", "4xx", "5xx"],
    method: ["GET", "HEAD", "POST", "PUT", "DELETE", "other"],
    code: /^BENCHD_[A-Z_]+$/,
    le: /^([\d.]+|\+Inf)$/,
    file: ["database", "log"],
    limit: ["connections", "requests", "failures"],
    answer: ["new", "replayed"],
    probe: ["lanes", "journal", "limits"],
    version: ["unknown"],
  };
  const odd = readExposition(body).flatMap(({ labels }) =>
    Object.entries(labels).filter(([name, value]) => {
      const allowed = known[name] ?? [];
      return !(allowed instanceof RegExp ? allowed.test(value) : allowed.includes(value));
    }),
  );
  expect(odd).toEqual([]);
});

import { afterEach, expect, test } from "vitest";
import { Principal } from "../../src/access/principal.ts";
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
  expect(samples.filter(({ labels }) => labels["thing"] !== undefined).map(({ labels }) => labels["thing"])).toEqual([
    ...["counter", "counter", "counter"],
  ]);
  expect((await bench.app.inject({ url: "/metrics" })).statusCode).toBe(403);
});

test("what is told is bounded: so many lines for each Thing, whatever is asked of it", async () => {
  bench = await openCounterBench();
  const lines = async () => (await bench.app.inject("/metrics")).body.split("\n").length;
  for (const name of ["increment", "fail"]) await bench.app.inject({ method: "POST", url: `/counter/${name}` });
  const before = await lines();
  for (const name of ["increment", "echo", "noop", "fail", "bad_output", "anything"])
    await bench.app.inject({ method: "POST", url: `/counter/${name}`, payload: {} });
  expect(await lines()).toBe(before);
});

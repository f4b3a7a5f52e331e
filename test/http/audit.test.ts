import { afterEach, beforeEach, expect, test } from "vitest";
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
  const [{ by, what, detail } = { by: "", what: "", detail: "" }] = (await entries()).told;
  expect([by, what, detail]).toEqual(["127.0.0.1", "setting.written", "gain: 3"]);
});

import type { RouteOptions } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { anybody, Principal } from "../../../src/access/principal.ts";
import { DiscreteClock } from "../../../src/discrete-clock.ts";
import { unhandledRejections } from "../../unhandled.ts";
import { type CounterBench, openCounterBench } from "../counter-bench.ts";

const unhandled = unhandledRejections();
let bench: CounterBench;
let clock: DiscreteClock;
let routes: RouteOptions[];
const local = { requestsPerSecond: 10 };

/** Who names himself is let in, and who says that he is nobody is not. */
async function open(limits: object) {
  clock = new DiscreteClock();
  routes = [];
  bench = await openCounterBench({
    limits,
    clientClock: clock,
    onRoute: (route) => void routes.push(route),
    identify: ({ headers: { from }, ip }) => {
      if (from === "nobody") return undefined;
      return from === undefined
        ? anybody(ip)
        : new Principal({ name: from, key: from, from: ip, grants: [{ scope: "admin" }] });
    },
  });
}
beforeEach(() => open(local));
afterEach(async () => {
  await bench.close();
  expect(unhandled).toEqual([]);
});

const ask = (from: string | undefined, method = "GET", url = "/thing_states", remoteAddress = "127.0.0.1") =>
  bench.app.inject({ method: method as "GET", url, remoteAddress, headers: from === undefined ? {} : { from } });
async function askOften(times: number, ...what: Parameters<typeof ask>): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < times; n++) statuses.push((await ask(...what)).statusCode);
  return statuses;
}
const times = (count: number, status: number) => Array<number>(count).fill(status);

describe("one who asks too often", () => {
  it("is told when to try again, in the words of the view he has asked, and answered then", async () => {
    expect(await askOften(21, "ann")).toEqual([...times(20, 200), 429]);
    const refused = await ask("ann");
    expect([refused.headers["retry-after"], refused.json()]).toMatchObject([
      "1",
      { type: "urn:benchd:error:BENCHD_RATE_EXCEEDED", status: 429, instance: null },
    ]);
    const wot = await ask("ann", "GET", "/things/counter");
    expect([wot.statusCode, wot.headers["content-type"], wot.json().title]).toEqual([
      429,
      "application/problem+json",
      "RateExceededError",
    ]);
    const flask = await ask("ann", "GET", "/actions");
    expect([flask.statusCode, flask.headers["retry-after"]]).toEqual([429, "1"]);
    await clock.advance(1000);
    expect(await askOften(11, "ann")).toEqual([...times(10, 200), 429]);
  });

  it("is not let in any later for having tried on and on", async () => {
    await askOften(500, "ann");
    await clock.advance(100);
    expect((await ask("ann")).statusCode).toBe(200);
  });

  it("keeps nobody else from asking, and is told of in the log once a minute", async () => {
    await askOften(30, "ann");
    expect(await askOften(5, "bob")).toEqual(times(5, 200));
    const told = () => bench.logged().filter((line) => line.includes("asks too often")).length;
    expect(told()).toBe(1);
    await clock.advance(60_000);
    await askOften(30, "ann");
    expect(told()).toBe(2);
    const { probes } = (await ask("bob", "GET", "/health")).json();
    expect(probes.limits).toEqual({
      ...{ ok: true, why: null, connections: 0, connectionsEnded: 0 },
      ...{ requestsRefused: 20, failuresRefused: 0 },
    });
  });

  it("also asks for what is nowhere", async () => {
    expect(await askOften(21, "ann", "GET", "/nowhere")).toEqual([...times(20, 404), 429]);
  });
});

describe("whatever stops something, and tells how the gateway is", () => {
  /** With what a request names where a route has parameters. */
  const filled = (url: string) =>
    url
      .replace(":thing", "counter")
      .replace(/:(affordance|action)/, "stop")
      .replace(/:\w+/g, "00000000-0000-4000-8000-000000000000");

  it("is done for whoever may ask for nothing else", async () => {
    await askOften(20, "ann");
    const all = routes.flatMap(({ method, url }) => [method].flat().map((one) => [one, url] as const));
    const passed: string[] = [];
    for (const [method, url] of all) {
      const { statusCode } = await ask("ann", method, filled(url));
      if (statusCode !== 429) passed.push(`${method} ${url}`);
    }
    expect(passed.toSorted()).toEqual([
      "DELETE /action_invocations/:id",
      "DELETE /actions/:id",
      "DELETE /gateway/runs/:run",
      "DELETE /things/:thing/actions/:action/:id",
      "GET /health",
      "HEAD /health",
      "POST /:thing/:affordance",
      "POST /emergency_stop",
      "POST /emergency_stop/",
      "POST /gateway/recordings/:recording/stop",
      "POST /gateway/runs/:run/pause",
      "POST /things/:thing/actions/:action",
    ]);
    expect((await ask("ann", "POST", "/counter/increment")).statusCode).toBe(429);
    expect((await ask("ann", "DELETE", "/emergency_stop")).statusCode).toBe(429);
    expect(await askOften(50, "ann", "POST", "/emergency_stop")).toEqual(times(50, 200));
  });
});

describe("unless told", () => {
  beforeEach(async () => {
    await bench.close();
    await open({});
  });

  it("this machine without a token may ask as often as it likes, and a token a thousand times at once", async () => {
    expect(new Set(await askOften(1200, undefined))).toEqual(new Set([200]));
    expect(await askOften(1001, "ann")).toEqual([...times(1000, 200), 429]);
  });

  it("notebooks that ask fifty times a second never notice, also ten of them by one token", async () => {
    for (let n = 0; n < 500; n++) {
      for (let m = 0; m < 10; m++) expect((await ask("ann")).statusCode).toBe(200);
      await clock.advance(20);
    }
  });
});

describe("an address from which too many ask without a right token", () => {
  beforeEach(async () => {
    await bench.close();
    await open({ failuresPerMinute: 5 });
  });

  it("is told to wait, and lets in whoever has a right one all the same", async () => {
    const from = "10.0.0.7";
    expect(await askOften(7, "nobody", "GET", "/things/", from)).toEqual([...times(5, 401), 429, 429]);
    const refused = await ask("nobody", "GET", "/things/", from);
    expect([refused.headers["retry-after"], refused.json().detail]).toEqual([
      "12",
      "that is more than 5 requests without a right token in a minute: wait 12 s",
    ]);
    expect((await ask("ann", "GET", "/things/", from)).statusCode).toBe(200);
    expect((await ask("nobody", "GET", "/things/", "10.0.0.8")).statusCode).toBe(401);
    expect((await ask("nobody", "GET", "/health", from)).statusCode).toBe(200);
    await clock.advance(12_000);
    expect(await askOften(2, "nobody", "GET", "/things/", from)).toEqual([401, 429]);
  });

  it("counts as its network, where that is its own", async () => {
    for (let n = 0; n < 6; n++) await ask("nobody", "GET", "/things/", `2001:db8::${n}`);
    expect((await ask("nobody", "GET", "/things/", "2001:db8::ffff")).statusCode).toBe(429);
    expect((await ask("nobody", "GET", "/things/", "2001:db8:0:1::1")).statusCode).toBe(401);
  });
});

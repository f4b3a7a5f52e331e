import { connect } from "node:net";
import { Type } from "typebox";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { DisconnectedError } from "../../src/errors.ts";
import { defineThing } from "../../src/thing/define.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

let bench: CounterBench;
beforeEach(async () => {
  bench = await openCounterBench();
});
afterEach(() => bench.close());

const get = (url: string) => bench.app.inject({ url });
const trip = (headers: Record<string, string> = {}, payload?: string) =>
  bench.app.inject({ method: "POST", url: "/emergency_stop", headers, ...(payload !== undefined && { payload }) });

describe("the emergency stop", () => {
  it.each([
    ["no body", undefined, undefined],
    ["an empty JSON body", "application/json", ""],
    ["a JSON body", "application/json", '{"why":"smoke"}'],
    ["broken JSON", "application/json", "{bad"],
    ["text", "text/plain", "help"],
    ["a content type that is none", ";;", "x"],
    ["more than any body may have", "application/json", "x".repeat(2_000_000)],
  ])("trips with %s", async (_, type, payload) => {
    const answer = await trip(type === undefined ? {} : { "content-type": type }, payload);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ stopped: true, by: "127.0.0.1", things: { counter: { confirmed: true } } });
    expect(bench.gateway.emergencyStop.latch).toBeDefined();
  });

  it.each([
    { "content-encoding": "gzip", "content-type": "application/json" },
    { "content-type": "application/json; charset=utf-16" },
    { "transfer-encoding": "chunked" },
  ])("trips whatever the headers say about its body: %j", async (headers) => {
    expect((await trip(headers)).statusCode).toBe(200);
    expect(bench.gateway.emergencyStop.latch).toBeDefined();
  });

  it.each(["/emergency_stop", "/emergency_stop/"])(
    "is pressed, shown and cleared at %s, without a redirection",
    async (url) => {
      expect((await bench.app.inject({ method: "POST", url })).statusCode).toBe(200);
      expect((await get(url)).json()).toMatchObject({ stopped: true });
      expect((await bench.app.inject({ method: "DELETE", url })).json()).toMatchObject({ stopped: false });
    },
  );

  it("does not wait for the body that was announced", async () => {
    const url = new URL(await bench.app.listen({ host: "127.0.0.1", port: 0 }));
    const socket = connect(Number(url.port), url.hostname);
    socket.write(`POST /emergency_stop HTTP/1.1\r\nhost: ${url.host}\r\ncontent-length: 1000\r\n\r\n{`);
    const [first] = await once(socket);
    expect(first).toContain("HTTP/1.1 200 OK");
    socket.destroy();
  });

  it("is answered with 202 when a device does not confirm, while the stop stands", async () => {
    await bench.close();
    let stops = 0;
    const stubborn = defineThing({
      title: "Stubborn",
      config: Type.Object({}),
      // The first stop is the one of opening it.
      open: async () => ({ stop: () => (stops++ === 0 ? undefined : new Promise<void>(() => {})) }),
    });
    const clientClock = new DiscreteClock();
    bench = await openCounterBench({ drivers: { stubborn }, clientClock });
    let answered = false;
    const answer = trip().then((response) => {
      answered = true;
      return response;
    });
    while (!answered) await clientClock.advance(500);
    const { statusCode, json } = await answer;
    expect([statusCode, json()]).toEqual([202, expect.objectContaining({ stopped: true, things: null })]);
    expect(stops).toBe(2);
    await bench.clock.advance(3000);
  });

  it("is cleared as it was seen, and no later one: pressed is when that was", async () => {
    const clear = (pressed: string, headers = {}) =>
      bench.app.inject({ method: "DELETE", url: `/emergency_stop?pressed=${pressed}`, headers });
    const seen = (await trip()).json().at;
    expect((await clear(seen, { origin: "http://evil.example" })).statusCode).toBe(403);
    expect((await clear("yesterday")).statusCode).toBe(422);
    expect(bench.gateway.emergencyStop.latch).toBeDefined();
    expect((await clear(seen)).json()).toEqual({ stopped: false, at: null, by: null });
    await vi.waitFor(() => expect(new Date().toISOString()).not.toBe(seen));
    await trip();
    const late = await clear(seen);
    expect([late.statusCode, late.json().detail]).toEqual([409, expect.stringContaining("pressed again since")]);
    expect((await get("/emergency_stop")).json().stopped).toBe(true);
  });

  it("is not tripped by a page of another site", async () => {
    expect((await trip({ origin: "http://evil.example" })).statusCode).toBe(403);
    expect(bench.gateway.emergencyStop.latch).toBeUndefined();
  });

  it("lets nothing but reads in until it is cleared, and then starts nothing", async () => {
    await trip();
    expect((await get("/emergency_stop")).json()).toMatchObject({ stopped: true, by: "127.0.0.1" });
    const refused = await bench.app.inject({ method: "POST", url: "/counter/noop" });
    expect([refused.statusCode, refused.json().title]).toEqual([409, "StoppedError"]);
    expect((await get("/counter/counter")).statusCode).toBe(200);
    const cleared = await bench.app.inject({ method: "DELETE", url: "/emergency_stop" });
    expect(cleared.json()).toEqual({ stopped: false, at: null, by: null });
    expect((await bench.app.inject({ method: "POST", url: "/counter/noop" })).statusCode).toBe(201);
  });
});

describe("health", () => {
  it("is told while the process serves", async () => {
    expect((await get("/health")).json()).toEqual({
      status: "ok",
      reason: null,
      reasons: [],
      probes: {
        lanes: { ok: true, why: null, held: 0 },
        journal: { ok: true, why: null },
        limits: { ok: true, why: null, connections: 0, connectionsEnded: 0, requestsRefused: 0, failuresRefused: 0 },
      },
    });
  });

  it("is ready when every Thing has been tried, whether or not its device answers", async () => {
    expect((await get("/ready")).json()).toEqual({
      ready: true,
      closing: false,
      opening: [],
      reason: null,
    });
  });

  it("says what is wrong, with 503, once that has lasted", async () => {
    bench.gateway.health.add({ name: "clock", check: () => "it cannot be written" });
    expect((await get("/health")).json()).toMatchObject({
      status: "degraded",
      reasons: [{ code: "probe_failed", name: "clock", message: "it cannot be written" }],
      probes: { clock: { ok: false } },
    });
    await bench.processClock.advance(5000);
    const reason = "clock: it cannot be written";
    for (const [url, told] of [
      ["/health", { status: "failing", reason }],
      ["/ready", { ready: false, reason }],
    ] as const) {
      const answer = await get(url);
      expect([answer.statusCode, answer.json()]).toEqual([503, expect.objectContaining(told)]);
    }
  });

  it("is not ready once the gateway closes", async () => {
    await bench.gateway.close({ graceMs: 0 });
    const answer = await get("/ready");
    expect([answer.statusCode, answer.json().closing]).toEqual([503, true]);
  });

  it("tells the state of each Thing", async () => {
    expect((await get("/thing_states")).json()).toMatchObject({ counter: { state: "ready", reason: null } });
  });
});

describe("while the gateway closes", () => {
  it("work is refused with 503 and when to try again, everything else is answered", async () => {
    const send = (method: "POST" | "PUT" | "DELETE", url: string, payload?: string) =>
      bench.app.inject({ method, url, ...(payload && { payload, headers: { "content-type": "application/json" } }) });
    const started = await send("POST", "/counter/uncancellable", '{"seconds":2}');
    const closing = bench.gateway.close();
    for (const [method, url, payload] of [
      ["POST", "/counter/noop", undefined],
      ["PUT", "/counter/counter", "3"],
      ["POST", "/counter/counter/reset", undefined],
      ["DELETE", "/counter/quarantine", undefined],
    ] as const) {
      const { statusCode, headers } = await send(method, url, payload);
      expect([url, statusCode, headers["retry-after"]]).toEqual([url, 503, "2"]);
    }
    expect((await get("/health")).json()).toMatchObject({ status: "closing" });
    expect((await get("/counter/counter")).statusCode).toBe(200);
    expect((await get(`/action_invocations/${started.json().id}`)).json()).toMatchObject({ status: "running" });
    expect((await send("DELETE", `/action_invocations/${started.json().id}`)).statusCode).toBe(200);
    expect((await trip()).statusCode).toBe(200);
    await bench.clock.until(closing);
  });
});

describe("stop", () => {
  it("of a Thing that has never been open is not ready, rather than unknown", async () => {
    await bench.close();
    const away = defineThing({
      title: "Away",
      config: Type.Object({}),
      open: async () => Promise.reject(new DisconnectedError("no")),
    });
    bench = await openCounterBench({ drivers: { away } });
    const { statusCode, headers, body } = await bench.app.inject({ method: "POST", url: "/away/stop" });
    expect([statusCode, headers["retry-after"]]).toEqual([503, "2"]);
    expect(body).toContain("away is disconnected: no");
  });

  it("of a Thing whose driver has none is not there", async () => {
    expect((await bench.app.inject({ method: "POST", url: "/counter/stop" })).statusCode).toBe(404);
  });
});

describe("quarantine", () => {
  it("is shown with its reason, and ended by an operator", async () => {
    expect((await get("/counter/quarantine")).json()).toEqual({ quarantined: false, reason: null });
    const reset = () => bench.app.inject({ method: "DELETE", url: "/counter/quarantine" });
    expect((await reset()).statusCode).toBe(409);
    const counter = bench.gateway.thing("counter");
    counter.quarantine("it never answered", new Promise(() => {}), counter.generation);
    expect((await get("/counter/quarantine")).json()).toEqual({ quarantined: true, reason: "it never answered" });
    expect((await reset()).json()).toEqual({ state: "ready", reason: null });
    expect(counter.state).toBe("ready");
  });
});

describe("a prefix", () => {
  it("stands before the Things and the invocations, and in every link", async () => {
    await bench.close();
    bench = await openCounterBench({ prefix: "/api/v1" });
    expect((await get("/api/v1/things/")).json()["counter"]).toBe("http://localhost:80/api/v1/counter/");
    const posted = await bench.app.inject({ method: "POST", url: "/api/v1/counter/noop" });
    expect(posted.json().action).toBe("/api/v1/counter/noop");
    expect((await get(new URL(posted.json().href).pathname)).statusCode).toBe(200);
    const { actions } = (await get("/api/v1/counter/")).json();
    expect(actions.noop.forms[0]).toMatchObject({ href: "/api/v1/things/counter/actions/noop" });
    expect((await get("/counter/")).statusCode).toBe(404);
    expect((await get("/health")).statusCode).toBe(200);
  });
});

describe("on the wire", () => {
  it("a request without a Host header is refused", async () => {
    const url = new URL(await bench.app.listen({ host: "127.0.0.1", port: 0 }));
    for (const request of ["GET /things/ HTTP/1.1\r\n\r\n", "GET /things/ HTTP/1.0\r\n\r\n"]) {
      const socket = connect(Number(url.port), url.hostname);
      socket.write(request);
      expect((await once(socket))[0]).toContain(" 400 ");
      socket.destroy();
    }
  });

  it.each([
    ["two Host headers", (host: string) => `GET /things/ HTTP/1.1\r\nhost: ${host}\r\nHost: ${host}\r\n\r\n`, 400],
    ["no Host header", () => "GET /things/ HTTP/1.1\r\n\r\n", 400],
    ["no HTTP", () => "HELO bench\r\n\r\n", 400],
    [
      "headers without end",
      (host: string) => `GET / HTTP/1.1\r\nhost: ${host}\r\nx: ${"x".repeat(20_000)}\r\n\r\n`,
      431,
    ],
    ["a path that is none", (host: string) => `GET /counter/%zz HTTP/1.1\r\nhost: ${host}\r\n\r\n`, 400],
    ["a name without end", (host: string) => `GET /counter/${"x".repeat(500)} HTTP/1.1\r\nhost: ${host}\r\n\r\n`, 414],
  ])(
    "%s is refused like anything else: a detail in JSON, and the headers that keep pages apart",
    async (_, request, status) => {
      const url = new URL(await bench.app.listen({ host: "127.0.0.1", port: 0 }));
      const socket = connect(Number(url.port), url.hostname);
      socket.write(request(url.host));
      const [answer = ""] = await once(socket);
      const [head = "", body = ""] = answer.split("\r\n\r\n");
      expect(head).toContain(` ${status} `);
      expect(head.toLowerCase()).toContain("x-content-type-options: nosniff");
      expect(head.toLowerCase()).toContain("content-type: application/json");
      expect(Object.keys(JSON.parse(body))).toEqual(["detail"]);
      socket.destroy();
    },
  );

  it("a request line with a foreign host is refused, whatever the Host header says", async () => {
    const url = new URL(await bench.app.listen({ host: "127.0.0.1", port: 0 }));
    for (const [target, status] of [
      ["http://evil.example/things/", 403],
      [`http://${url.host}/things/`, 200],
    ] as const) {
      const socket = connect(Number(url.port), url.hostname);
      socket.write(`GET ${target} HTTP/1.1\r\nhost: ${url.host}\r\n\r\n`);
      expect((await once(socket))[0]).toContain(` ${status} `);
      socket.destroy();
    }
  });
});

describe("a request line that nobody would write", () => {
  it.each([
    "//",
    "///",
    "//evil.example/counter",
    "/..//",
    "/?",
    "/%2f",
    "/counter//",
    "*",
    "/counter/%00",
    "/\\\\x",
    "/:thing/:affordance",
  ])("is answered without an error of ours: %s", async (target) => {
    const url = new URL(await bench.app.listen({ host: "127.0.0.1", port: 0 }));
    for (const method of ["GET", "POST", "OPTIONS", "HEAD"]) {
      const socket = connect(Number(url.port), url.hostname);
      socket.write(`${method} ${target} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: close\r\n\r\n`);
      const [answer = ""] = await once(socket);
      expect(answer).toMatch(/^HTTP\/1\.1 [234]/);
      expect(answer).not.toMatch(/location: .*evil/i);
      socket.destroy();
    }
  });
});

function once(socket: ReturnType<typeof connect>): Promise<string[]> {
  return new Promise((resolve, reject) => {
    socket.once("data", (data) => resolve([data.toString()]));
    socket.once("error", reject);
  });
}

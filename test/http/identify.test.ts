import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { byToken } from "../../src/http/access/by-token.ts";
import { credentialIn } from "../../src/http/access/credentials.ts";
import { tokenBench } from "../access/memory.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

const kept = tokenBench();
let tokens: Awaited<ReturnType<typeof kept.open>>["tokens"];
let anna: string;
let everything: string;
let bench: CounterBench;
beforeAll(async () => {
  anna = await kept.make("anna", { grants: [{ scope: "operate", things: ["counter"] }] });
  everything = await kept.make("observer", { grants: [{ scope: "read" }] });
  ({ tokens } = await kept.open());
  bench = await openCounterBench({ identify: byToken(tokens) });
});
afterAll(async () => {
  await bench.close();
  await tokens.close();
});

const firefox = "Mozilla/5.0 (X11; Linux aarch64; rv:140.0) Gecko/20100101 Firefox/140.0";
const ask = (headers: Readonly<Record<string, string>> = {}, url = "/counter/counter") =>
  bench.app.inject({ url, headers: { host: "lab.example:5000", "user-agent": "curl/8.5", ...headers } });
const basic = (name: string, password: string) => `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;

describe("who has no token", () => {
  it("is told 401 in the words of the view he asks, and how a program says who it is", async () => {
    const answer = await ask();
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([401, "application/json"]);
    expect(answer.json()).toEqual({ detail: expect.stringMatching(/Authorization: Bearer TOKEN/) });
    expect(answer.headers["www-authenticate"]).toEqual([
      'Basic realm="benchd", charset="UTF-8"',
      'Bearer realm="benchd"',
    ]);
    const other = await ask({}, "/things/counter");
    expect([other.statusCode, other.headers["content-type"]]).toEqual([401, "application/problem+json"]);
    expect(other.json()).toEqual({
      type: "about:blank",
      title: "Unauthorized",
      status: 401,
      detail: answer.json().detail,
    });
  });

  it.each([
    ["its name", { "user-agent": firefox }],
    ["where it asks from", { "sec-fetch-site": "same-origin" }],
    ["a page's origin", { origin: "http://lab.example:5000" }],
  ])("is not asked for a password by a browser's own window, which is told by %s", async (_, headers) => {
    expect((await ask(headers)).headers["www-authenticate"]).toEqual(['Bearer realm="benchd"']);
  });

  it("learns from /health that the gateway is alive, and no more than that", async () => {
    expect((await ask({}, "/health")).json()).toEqual({ status: "ok" });
    expect((await ask({ authorization: "Bearer nonsense" }, "/health")).json()).toEqual({ status: "ok" });
    // The probes tell of every Thing.
    const seen = (await ask({ authorization: `Bearer ${anna}` }, "/health")).json();
    expect(seen).toEqual({ status: "ok", reasons: [] });
    const known = (await ask({ authorization: `Bearer ${everything}` }, "/health")).json();
    expect(Object.keys(known)).toEqual(["status", "reasons", "reason", "probes"]);
    expect((await ask({}, "/ready")).statusCode).toBe(401);
  });
});

/** Else what comes from a page elsewhere is refused whoever asks. */
const followed = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

describe("HTTP Basic, which a browser sends by itself once it has been told a password", () => {
  const authorization = () => basic("anna", anna);

  it("counts from a program, Node's own fetch among them", async () => {
    expect((await ask({ authorization: authorization() })).statusCode).toBe(200);
    const node = { "user-agent": "node", "sec-fetch-mode": "cors" };
    expect((await ask({ authorization: authorization(), ...node })).statusCode).toBe(200);
  });

  it("counts from a page of ours, such as the documentation", async () => {
    const ours = [{ "sec-fetch-site": "same-origin" }, { origin: "http://lab.example:5000" }];
    for (const headers of ours)
      expect((await ask({ "user-agent": firefox, authorization: authorization(), ...headers })).statusCode).toBe(200);
  });

  it.each([
    ["of another site, whose link was followed", { "sec-fetch-site": "cross-site", ...followed }],
    ["of another port, whose link was followed", { "sec-fetch-site": "same-site", ...followed }],
    ["of another origin, whose link was followed", { origin: "http://evil.example", ...followed }],
    ["of nobody knows which", { origin: "null", ...followed }],
    ["that browsers do not tell of to addresses without TLS", {}],
    ["that somebody was sent to", { "sec-fetch-site": "none" }],
  ])("counts for nothing from a page %s", async (_, headers) => {
    const sent = { "user-agent": firefox, authorization: authorization(), ...headers };
    // Whether such a page may ask at all is for the rules of origins, which come first.
    expect([401, 403]).toContain((await ask(sent)).statusCode);
    const credential = (authorization: string) => credentialIn({ headers: { ...sent, authorization }, rawHeaders: [] });
    expect(credential(authorization())).toBeUndefined();
    // What a page has to add itself is no such thing.
    expect(credential(`Bearer ${anna}`)).toBe(anna);
  });
});

describe("the emergency stop", () => {
  const press = (on: CounterBench, headers: Readonly<Record<string, string>> = {}) =>
    on.app.inject({ method: "POST", url: "/emergency_stop", headers });

  it("is pressed by who has any token, and nobody else, unless told", async () => {
    expect((await press(bench)).statusCode).toBe(401);
    expect(bench.gateway.emergencyStop.latch).toBeUndefined();
    expect((await press(bench, { authorization: `Bearer ${anna}` })).json()).toMatchObject({ stopped: true });
    expect(bench.gateway.emergencyStop.latch?.by).toBe("anna");
    await bench.gateway.emergencyStop.clear("test");
  });

  it("is pressed by anybody where the configuration says so, but neither seen nor cleared", async () => {
    const open = await openCounterBench({ identify: byToken(tokens), access: "{ emergencyStop: anybody }" });
    for (const headers of [{}, { authorization: "Bearer of-somebody-who-left" }]) {
      const pressed = await press(open, headers);
      // It tells that it has stopped, and not what there is to stop.
      expect([pressed.statusCode, pressed.json()]).toEqual([200, { stopped: true, confirmed: true }]);
      expect(open.gateway.emergencyStop.latch?.by).toBe("127.0.0.1");
      const cleared = await open.app.inject({ method: "DELETE", url: "/emergency_stop?reason=x", headers });
      expect(cleared.statusCode).toBe(401);
      expect((await open.app.inject({ url: "/emergency_stop", headers })).statusCode).toBe(401);
    }
    await open.close();
  });
});

import { readFile } from "node:fs/promises";
import type { RouteOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { byToken } from "../../src/http/access/by-token.ts";
import { shellWith } from "../../src/http/page/shell.ts";
import { tokenBench } from "../access/memory.ts";
import { dashboardFixture as dashboard } from "../http/page/dashboard.ts";
import { type Listening, openListening } from "./listening.ts";

const demonstration = new URL("../../examples/bench.yaml", import.meta.url);
const kept = tokenBench();
let tokens: Awaited<ReturnType<typeof kept.open>>["tokens"];
let bench: Listening;
const routes: RouteOptions[] = [];

beforeAll(async () => {
  await kept.make("anna");
  ({ tokens } = await kept.open());
  // More than anybody gets of such answers, which has tests of its own.
  const limits = "limits: { failuresPerMinute: 100000, requestsPerSecond: 100000 }\n";
  bench = await openListening({
    yaml: limits + (await readFile(demonstration, "utf8")),
    identify: byToken(tokens),
    onRoute: (route) => void routes.push(route),
  });
});
afterAll(async () => {
  await bench.close();
  await tokens.close();
});

/** What answers who has no token, and all that there is: whoever adds to it adds to this. */
const open: Readonly<Record<string, readonly [status: number, body: string]>> = {
  "GET /health": [200, '{"status":"ok"}'],
  "HEAD /health": [200, ""],
  // Asks for a token, and is the same for every bench.
  "GET /": [200, shellWith({ dashboard, stopByForm: false })],
  "HEAD /": [200, ""],
  // What that loads, by names that stand in it; of others there is nothing.
  "GET /gateway/dashboard/:file": [404, '{"detail":"Not Found"}'],
  "HEAD /gateway/dashboard/:file": [404, ""],
};

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "QUERY"];

async function ask(method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: string) {
  const answer = await fetch(bench.url.origin + path, {
    ...{ method, redirect: "manual", headers: { "user-agent": "curl/8", ...headers } },
    ...(body !== undefined && { body }),
  });
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
}

/** A path of a route, with names that are there or not. */
const pathOf = (url: string, names: Readonly<Record<string, string>>) =>
  url.replaceAll(/:(\w+)/g, (_, name: string) => names[name] ?? "x").replaceAll("*", "x");

const known = { thing: "counter", affordance: "counter", property: "counter", action: "increment_counter" };

describe("A19: what is told to who has no token", () => {
  it("of all routes and methods there are, those in the table answer him, and no other", async () => {
    const urls = [...new Set(routes.map(({ url }) => url))];
    expect(urls.length).toBeGreaterThan(40);
    const found: Record<string, readonly [number, string]> = {};
    const refused = new Set<string>();
    for (const url of urls) {
      for (const method of methods) {
        for (const names of [known, {}]) {
          const { status, body } = await ask(method, pathOf(url, names));
          if (status === 401) refused.add(method === "HEAD" ? "" : wordsIn(body));
          else found[`${method} ${url}`] = [status, body];
        }
      }
    }
    expect(found).toEqual(open);
    // One text, in each of the two views, whatever it was.
    expect([...refused].filter((text) => text !== "")).toHaveLength(1);
  });

  it.each([
    "/metrics",
    "/docs/",
    "/docs/static/swagger-ui-bundle.js.map",
    "/docs/../package.json",
    "/openapi.json",
    "/openapi.yaml",
    "/debug",
    "/debug/pprof/heap",
    "/json/list",
    "/server-status",
    "/status",
    "/favicon.ico",
    "/robots.txt",
    "/.env",
    "/.git/config",
    "/.well-known/security.txt",
    "/gateway/tokens",
    "/gateway/session",
    "/benchd.yaml",
    "/state/local-token",
    "/main.js.map",
    "/nothing/at/all",
    "/health/",
    "/health/x",
    "/HEALTH",
    "//health",
    "/health%2f",
  ])("nor does anything that may be guessed at: %s", async (path) => {
    const { status, body } = await ask("GET", path);
    expect([status, wordsIn(body)]).toEqual([401, wordsIn((await ask("GET", "/things/")).body)]);
  });

  it("whether a Thing is there cannot be told from an answer: neither by its words nor by its headers", async () => {
    for (const [there, nowhere] of [
      ["/counter/counter", "/countr/counter"],
      ["/counter/counter", "/counter/countr"],
      ["/things/counter", "/things/countr"],
      ["/counter/lease", "/countr/lease"],
    ] as const) {
      const [one, other] = [await ask("GET", there), await ask("GET", nowhere)];
      expect(one.body).toBe(other.body);
      const told = (headers: Headers) => [...headers].filter(([name]) => name !== "date");
      expect(told(one.headers)).toEqual(told(other.headers));
    }
  });

  it("what he sends is not looked at: whatever is wrong with it, he is told that he has no token", async () => {
    const json = { "content-type": "application/json" };
    for (const [headers, body] of [
      [json, "{"],
      [json, JSON.stringify({ n: "x".repeat(900_000) })],
      [{ "content-type": "text/plain" }, "x"],
      [{ ...json, "idempotency-key": "no key" }, "{}"],
      [{ ...json, "lease-number": "x" }, "{}"],
    ] as const)
      expect((await ask("POST", "/counter/increment_counter", headers, body)).status).toBe(401);
  });

  it("no stream and no WebSocket opens for him", async () => {
    expect((await ask("GET", "/events", { accept: "text/event-stream" })).status).toBe(401);
    const head = `GET /counter/ws HTTP/1.1\r\nhost: ${bench.url.host}\r\nconnection: upgrade\r\nupgrade: websocket\r\n`;
    const key = "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    expect(await bench.send(head + key)).toMatch(/^HTTP\/1\.1 401 /);
  });

  it("nothing that is refused before it is known who asks gives anything away", async () => {
    for (const bytes of [
      "GET / HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n",
      `GET /%zz HTTP/1.1\r\nhost: ${bench.url.host}\r\nconnection: close\r\n\r\n`,
      "nonsense\r\n\r\n",
      `GET / HTTP/1.1\r\nhost: ${bench.url.host}\r\nx: ${"x".repeat(20_000)}\r\n\r\n`,
    ]) {
      const answer = await bench.send(bytes);
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(answer).not.toMatch(/counter|\.ts\b|\.js\b|node_modules|fastify|x-powered-by|^server:| at .*:\d+:\d+/im);
    }
  });
});

/** What is said, in either view. */
const wordsIn = (body: string) => (JSON.parse(body) as { readonly detail?: string }).detail ?? "";

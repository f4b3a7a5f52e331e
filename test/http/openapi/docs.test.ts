import type { LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type CounterBench, openCounterBench } from "../counter-bench.ts";

/** Where the page may be found, and where the Things may be. */
const places = [
  { at: "/docs", prefix: "" },
  { at: "/docs/", prefix: "" },
  { at: "/docs", prefix: "/api/v1" },
];

describe.each(places)("the page at $at, with the prefix '$prefix'", ({ at, prefix }) => {
  let bench: CounterBench;
  let page: LightMyRequestResponse;
  beforeAll(async () => {
    bench = await openCounterBench({ prefix });
    page = await get(at);
  });
  afterAll(() => bench.close());

  const get = (url: string, headers: Record<string, string> = {}) => bench.app.inject({ url, headers });
  /** As a browser finds them from the page. */
  const within = (text: string, pattern: RegExp, base = at) =>
    [...text.matchAll(pattern)].map(([, url = ""]) => new URL(url, `http://bench${base}`));
  const assets = () => within(page.body, /(?:href|src)="([^"]*)"/g);

  it("loads only what this gateway serves", async () => {
    expect(page.statusCode).toBe(200);
    expect(assets().length).toBeGreaterThan(5);
    for (const { host, pathname } of assets()) {
      expect(host).toBe("bench");
      const asset = await get(pathname);
      expect([pathname, asset.statusCode]).toEqual([pathname, 200]);
      expect(asset.headers["content-type"]).toMatch(/javascript|css|png/);
      expect(asset.body.length).toBeGreaterThan(50);
    }
  });

  it("has style sheets that load nothing from elsewhere", async () => {
    const sheets = assets().filter(({ pathname }) => pathname.endsWith(".css"));
    expect(sheets.length).toBeGreaterThan(0);
    for (const { pathname } of sheets) {
      const { body } = await get(pathname);
      const loaded = within(body, /url\(["']?([^"')]*)/g, pathname).filter(({ protocol }) => protocol !== "data:");
      expect(loaded.map(({ href }) => href)).toEqual([]);
      expect(body).not.toContain("@import");
    }
  });

  it("may by its policy load from here only, and evaluate nothing", async () => {
    for (const { pathname } of [...assets(), new URL(`http://bench${at}`)]) {
      const { headers } = await get(pathname);
      expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "x-frame-options": "DENY" });
      expect(headers).not.toHaveProperty("access-control-allow-origin");
      const policy = String(headers["content-security-policy"]);
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).not.toMatch(/unsafe|https?:|\*|\w\.\w/);
    }
    expect(page.body).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\son\w+=|\sstyle=/);
  });

  it("asks nobody whether the document is good, and takes it from here", async () => {
    const initializer = assets().find(({ pathname }) => pathname.endsWith("initializer.js"));
    const { body } = await get(initializer?.pathname ?? "");
    expect(body).toContain("validatorUrl: null");
    expect(within(body, /["'](https?:\/\/[^"']*)/g).map(({ href }) => href)).toEqual([]);
    expect(body).toContain("url: resolveUrl('./json')");
    expect((await get("/docs/json")).json()).toEqual((await get("/openapi.json")).json());
  });

  it("is YAML without being made so for everyone who asks", async () => {
    const { body, headers } = await get("/docs/yaml");
    expect(headers["content-type"]).toContain("yaml");
    expect(body).toBe((await get("/openapi.json")).body);
    expect(parse(body)).toEqual(JSON.parse(body));
  });

  it("is for those who ask for a host that is ours, and read", async () => {
    for (const url of [at, "/docs/json", "/docs/static/swagger-ui.css"]) {
      expect((await get(url, { host: "evil.example" })).statusCode).toBe(403);
      expect((await bench.app.inject({ method: "POST", url })).statusCode).toBeOneOf([404, 405]);
    }
  });

  it.each([
    "/docs/static/../../package.json",
    "/docs/static/%2e%2e/package.json",
    "/docs/static/..%2f..%2fpackage.json",
  ])("gives out nothing else: %s", async (url) => expect((await get(url)).statusCode).toBeOneOf([403, 404]));
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { readDashboard } from "../../../src/http/page/dashboard-files.ts";
import { byHeader, whoHeader } from "../../access/asking.ts";
import { type CounterBench, openCounterBench } from "../counter-bench.ts";

let bench: CounterBench;
beforeAll(async () => {
  const identify = byHeader({ boss: [{ scope: "admin" }], other: [{ scope: "read", things: ["helper"] }] });
  bench = await openCounterBench({
    identify: (request) => (request.headers[whoHeader] ? identify(request) : undefined),
  });
});
afterAll(() => bench.close());

const get = (url: string, headers: Record<string, string> = {}) => bench.app.inject({ url, headers });

describe("the page at /", () => {
  it("is the same for everybody, and knows nothing of the bench", async () => {
    const pages = await Promise.all(
      [{}, { [whoHeader]: "boss" }, { [whoHeader]: "other" }].map((who) => get("/", who)),
    );
    expect(new Set(pages.map(({ body }) => body)).size).toBe(1);
    expect(pages.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(pages[0]?.body).not.toMatch(/counter|helper|latched|interlock/i);
  });

  it("loads its own script and style, from here, and nothing else", async () => {
    const { body } = await get("/");
    const loaded = [...body.matchAll(/(?:src|href|action)="([^"]*)"/g)].map(([, url]) => url);
    expect(loaded).toEqual([
      ...["/gateway/dashboard/bench-test.svg", "/gateway/dashboard/main-test.css", "/gateway/dashboard/main-test.js"],
      "/openapi.json",
    ]);
  });

  it("may run what is served here, and make no HTML of any text", async () => {
    const policy = String((await get("/")).headers["content-security-policy"]).split("; ");
    expect(policy).toEqual(
      expect.arrayContaining([
        ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"],
        ...["require-trusted-types-for 'script'", "trusted-types 'none'", "frame-ancestors 'none'"],
      ]),
    );
    expect(policy.join()).not.toMatch(/unsafe|https?:|\*/);
  });

  it("is asked for anew each time, and its own forms tell where they come from", async () => {
    const { headers } = await get("/");
    expect([headers["cache-control"], headers["referrer-policy"]]).toEqual(["no-cache", "same-origin"]);
  });

  it("is not there for who has shown a wrong token", async () => {
    const { statusCode, body } = await get("/", { authorization: "Bearer benchd_wrong" });
    expect([statusCode, body]).toEqual([401, expect.stringContaining("only who has a token")]);
  });
});

describe("what the page loads", () => {
  const script = "/gateway/dashboard/main-test.js";

  it("is kept for good, as its name changes with it, by whoever asks", async () => {
    const { statusCode, headers, body } = await get(script);
    expect([statusCode, body]).toEqual([200, "script"]);
    expect(headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
      vary: expect.stringMatching(/accept-encoding/i),
      "x-content-type-options": "nosniff",
    });
  });

  it("comes packed to who can unpack it", async () => {
    const packed = await get(script, { "accept-encoding": "br, gzip;q=0.5" });
    expect([packed.headers["content-encoding"], packed.body]).toEqual(["gzip", "zipped script"]);
    for (const accepted of ["br", "gzipped", "identity", "gzip;q=0", "gzip; q=0.000, br"]) {
      const plain = await get(script, { "accept-encoding": accepted });
      expect([accepted, plain.headers["content-encoding"], plain.body]).toEqual([accepted, undefined, "script"]);
    }
  });

  it("is not sent again to who has it", async () => {
    const { headers } = await get(script);
    const etag = String(headers.etag);
    for (const known of [etag, `W/${etag}`, `"another", ${etag}`, "*"]) {
      const again = await get(script, { "if-none-match": known });
      expect([known, again.statusCode, again.body, again.headers.etag]).toEqual([known, 304, "", etag]);
    }
    expect((await get(script, { "if-none-match": '"another"' })).statusCode).toBe(200);
  });

  it.each(["main-other.js", "main-test.js.map", "..%2f..%2fpackage.json", "__proto__", "constructor"])(
    "has nothing by the name of %s",
    async (name) => {
      expect((await get(`/gateway/dashboard/${name}`)).statusCode).toBe(404);
    },
  );
});

describe("without a script", () => {
  let open: CounterBench;
  afterEach(() => open.close());

  it("there is a button that stops everything, where anybody may do that, and what it did is told", async () => {
    open = await openCounterBench({ identify: () => undefined, access: "{ emergencyStop: anybody }" });
    const { body } = await open.app.inject({ url: "/" });
    const [, url = ""] = /<form method="post" action="([^"]+)"><button class="stop">/.exec(body) ?? [];
    const headers = { accept: "text/html,*/*", "content-type": "application/x-www-form-urlencoded" };
    const evil = await open.app.inject({ method: "POST", url, headers: { ...headers, origin: "http://evil.example" } });
    expect([evil.statusCode, open.gateway.emergencyStop.latch]).toEqual([403, undefined]);
    const answer = await open.app.inject({ method: "POST", url, headers });
    expect([answer.statusCode, answer.body]).toEqual([200, expect.stringContaining("Every device has confirmed it.")]);
    expect(answer.headers["content-security-policy"]).toContain("default-src 'none'; form-action 'self'");
    expect(answer.body).not.toMatch(/counter|helper/);
    expect(open.gateway.emergencyStop.latch).toBeDefined();
  });

  it("there is none where it would be refused", async () => {
    open = await openCounterBench({ identify: () => undefined });
    expect((await open.app.inject({ url: "/" })).body).not.toContain("<form");
  });
});

describe("a folder with the dashboard", () => {
  it("is read once, with what begins it; another one is none", () => {
    const folder = mkdtempSync(join(tmpdir(), "benchd-dashboard-"));
    expect(readDashboard(folder)).toBeUndefined();
    expect(readDashboard(join(folder, "none"))).toBeUndefined();
    mkdirSync(join(folder, "files"));
    const files = {
      ...{ "main-ABC.js": "first()", "main-DEF.css": "p{}", "view-GHI.js": "later()", "notes.txt": "x" },
      ...{ "bench-JKL.svg": "<svg/>", "other.svg": "<svg/>" },
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const found = readDashboard(folder);
    rmSync(folder, { recursive: true });
    expect([found?.script, found?.style, found?.icon]).toEqual(["main-ABC.js", "main-DEF.css", "bench-JKL.svg"]);
    const names = Object.keys(files).filter((name) => name !== "notes.txt");
    expect([...(found?.files.keys() ?? [])].sort()).toEqual(names.sort());
    expect(String(gunzipSync(found?.files.get("view-GHI.js")?.gzipped ?? ""))).toBe("later()");
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openGuarded } from "../http/guarded-bench.ts";
import { type Listening, openListening } from "./listening.ts";

const listed = "https://lab.local";
const yaml = "things:\n  counter: { driver: counter }\n";
let bench: Awaited<ReturnType<typeof openGuarded>>;
let closed: Listening;
beforeAll(async () => {
  bench = await openGuarded({
    yaml: `access: { origins: ["${listed}", "http://notebook.lab.example:8888"] }\n${yaml}`,
  });
  closed = await openListening({ yaml });
});
afterAll(() => Promise.all([bench.close(), closed.close()]));

async function ask(
  origin: string | undefined,
  method: string,
  path: string,
  more: Readonly<Record<string, string>> = {},
  of = bench.url,
) {
  const all = {
    host: of.host,
    connection: "close",
    "content-length": "0",
    ...(origin !== undefined && { origin }),
    ...more,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  const send = of === bench.url ? bench.send.bind(bench) : closed.send.bind(closed);
  const answer = await send([`${method} ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
  const [start = "", ...fields] = (answer.split("\r\n\r\n")[0] ?? "").split("\r\n");
  const headers = Object.fromEntries(
    fields.map((field) =>
      field
        .toLowerCase()
        .split(/: (.*)/s)
        .slice(0, 2),
    ),
  );
  return { status: Number(start.split(" ")[1]), headers, answer };
}
const preflight = { "access-control-request-method": "POST", "access-control-request-headers": "authorization" };
const cors = (headers: object) => Object.keys(headers).filter((name) => name.startsWith("access-control-"));

/** Almost the one that is listed. */
const others = [
  "http://evil.example",
  "https://evil-lab.local",
  "https://evil.lab.local",
  "https://lab.local.evil.example",
  "https://lab.localx",
  "http://lab.local",
  "https://lab.local:8443",
  "https://lab.local:443",
  "https://lab.local/",
  "https://LAB.local",
  "https://lab.local.",
  "https://user@lab.local",
  "http://notebook.lab.example",
  "http://notebook.lab.example:8889",
  "null",
  "*",
  "file://",
  "https://lab.local, http://evil.example",
];

describe("A06: cross-origin reads", () => {
  it.each(others)("no origin but a listed one is let in, or told back to its page: %s", async (origin) => {
    for (const method of ["GET", "POST", "PUT", "DELETE"]) {
      const { status, headers, answer } = await ask(origin, method, "/counter/increment", bench.bearer(bench.admin));
      expect([method, status, cors(headers)]).toEqual([method, 403, []]);
      expect(answer).not.toContain(origin === "*" ? "origin: *" : origin);
    }
    const { status, headers } = await ask(origin, "OPTIONS", "/counter/increment", preflight);
    expect([status, cors(headers)]).toEqual([401, []]);
  });

  it("a listed page is let in by its exact origin, never by a star, and never with what its browser adds", async () => {
    const { status, headers } = await ask(listed, "GET", "/counter/counter", bench.bearer(bench.admin));
    expect([status, headers["access-control-allow-origin"], headers["vary"]]).toEqual([200, listed, "origin"]);
    expect(headers).not.toHaveProperty("access-control-allow-credentials");
    for (const name of ["etag", "location", "link", "retry-after", "preference-applied"])
      expect(headers["access-control-expose-headers"]?.split(", ")).toContain(name);
  });

  it("its browser may ask before it, without a token, and is told what it may send", async () => {
    for (const path of ["/counter/increment", "/emergency_stop", "/nosuch", "/"]) {
      const { status, headers, answer } = await ask(listed, "OPTIONS", path, preflight);
      expect([path, status, headers["access-control-allow-origin"]]).toEqual([path, 204, listed]);
      expect(headers["access-control-allow-methods"]).toBe("get, head, post, put, delete");
      for (const name of [
        "authorization",
        "content-type",
        "idempotency-key",
        "prefer",
        "lease-number",
        "if-none-match",
        "last-event-id",
      ])
        expect(headers["access-control-allow-headers"]?.split(", ")).toContain(name);
      expect(cors(headers)).not.toContain("access-control-allow-credentials");
      expect(answer.split("\r\n\r\n")[1]).toBe("");
    }
  });

  it("a listed page needs a token as everybody does, and can read that it does", async () => {
    const { status, headers } = await ask(listed, "GET", "/counter/counter");
    expect([status, headers["access-control-allow-origin"]]).toEqual([401, listed]);
  });

  it("what a listed page puts into itself without asking is not let in: it tells no origin", async () => {
    const image = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" };
    expect((await ask(undefined, "GET", "/things/", { ...image, ...bench.bearer(bench.admin) })).status).toBe(403);
  });

  it("a program is told nothing of it, but that answers go by the origin", async () => {
    const { status, headers } = await ask(undefined, "GET", "/counter/counter", bench.bearer(bench.admin));
    expect([status, headers["access-control-allow-origin"], headers["vary"]]).toEqual([200, undefined, "origin"]);
  });

  it("where none is listed there is no trace of it", async () => {
    for (const [origin, method, status] of [
      [listed, "GET", 403],
      [listed, "OPTIONS", 405],
      [undefined, "GET", 200],
      [closed.url.origin, "GET", 200],
    ] as const) {
      const answer = await ask(origin, method, "/counter/counter", preflight, closed.url);
      expect([answer.status, cors(answer.headers), answer.headers["vary"]]).toEqual([status, [], undefined]);
    }
  });
});

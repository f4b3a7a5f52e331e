import { describe, expect, it } from "vitest";
import { isFromOtherSite, ListedOrigins } from "../../src/http/other-sites.ts";

const host = "bench.local:5000";
const listed = new ListedOrigins([
  "https://Notebook.lab.example:443/",
  "http://lab.local:8080",
  "file:///home/ada/page.html",
  "no origin",
]);
const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
type Headers = Record<string, string>;
const judge = (headers: Headers, method = "GET") => isFromOtherSite({ method, headers }, listed);

describe.each(["GET", "HEAD", "PUT", "POST", "DELETE"])("%s", (method) => {
  it.each<[Headers]>([
    [{ host }],
    [{ host, origin: "http://bench.local:5000" }],
    [{ host: "bench.local", origin: "http://bench.local:80" }],
    [{ host: "bench.local:443", origin: "https://bench.local" }],
    [{ host, "sec-fetch-site": "same-origin" }],
    [{ host, "sec-fetch-site": "none" }],
    [{ host, origin: "https://notebook.lab.example" }],
    [{ host, origin: "http://lab.local:8080", "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" }],
  ])("passes with %j", (headers) => {
    expect(judge(headers, method)).toBe(false);
  });

  it.each<[Headers]>([
    [{ host, origin: "null" }],
    [{ host, origin: "" }],
    [{ host, origin: "http://evil.example" }],
    [{ host, origin: "http://bench.local:8888" }],
    [{ host, origin: "http://bench.local" }],
    [{ host, origin: "file://" }],
    [{ host, origin: "http://bench.local:5000.evil.example" }],
    [{ host, origin: "http://bench.local:5000, http://evil.example" }],
    [{ host, "sec-fetch-site": "cross-site" }],
    [{ host, "sec-fetch-site": "same-site" }],
    [{ host, "sec-fetch-site": "none, cross-site" }],
    [{ host, origin: "http://bench.local:5000", "sec-fetch-site": "cross-site" }],
    [{ host, origin: "http://notebook.lab.example" }],
    [{ host, origin: "https://notebook.lab.example:8443" }],
    [{ host, origin: "https://notebook.lab.example.evil.example" }],
    [{ host, origin: "https://evil-notebook.lab.example" }],
    [{ host, origin: "https://notebook.lab.example/" }],
    [{ host, origin: "HTTPS://NOTEBOOK.LAB.EXAMPLE" }],
    [{ host, origin: "https://lab.local:8080" }],
  ])("is of a foreign page with %j", (headers) => {
    expect(judge(headers, method)).toBe(true);
  });
});

describe("a link on a page elsewhere", () => {
  it.each(["GET", "HEAD"])("may be followed, by %s", (method) => {
    expect(judge({ host, ...link }, method)).toBe(false);
  });

  it.each<[string, Headers]>([
    ["POST", {}],
    ["DELETE", {}],
    ["GET", { "sec-fetch-dest": "iframe" }],
    ["GET", { "sec-fetch-dest": "object" }],
    ["GET", { "sec-fetch-dest": "image", "sec-fetch-mode": "no-cors" }],
    ["GET", { "sec-fetch-mode": "cors" }],
    ["GET", { "sec-purpose": "prefetch;prerender" }],
    ["GET", { upgrade: "websocket" }],
  ])("is none with %s %j", (method, more) => {
    expect(judge({ host, ...link, ...more }, method)).toBe(true);
  });
});

it("nothing is listed unless an origin is", () => {
  expect(new ListedOrigins([]).none).toBe(true);
  expect(new ListedOrigins(["file:///page.html", "null", "lab"]).none).toBe(true);
});

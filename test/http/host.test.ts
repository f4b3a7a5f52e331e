import { describe, expect, it } from "vitest";
import { hostName, isFromForeignPage, KnownHosts } from "../../src/http/host.ts";

describe("hostName", () => {
  it.each([
    ["localhost", "localhost"],
    ["LocalHost:5000", "localhost"],
    ["bench.local.", "bench.local"],
    ["bench.local.:80", "bench.local"],
    ["127.0.0.1:5000", "127.0.0.1"],
    ["[::1]:5000", "::1"],
    ["[::1]", "::1"],
  ])("reads %s as %s", (header, name) => {
    expect(hostName(header)).toBe(name);
  });

  it.each([
    "",
    "a b",
    "user@localhost",
    "localhost:port",
    "localhost:1:2",
    "::1",
    "[::1",
    "localhost/path",
    "a,b",
    "a\r\nb",
  ])("cannot read %j", (header) => {
    expect(hostName(header)).toBeUndefined();
  });
});

describe("KnownHosts", () => {
  const hosts = new KnownHosts(["127.0.0.1", "Bench.lab.example."]);

  it.each([
    "localhost",
    "localhost.",
    "localhost:1",
    "127.0.0.1:5000",
    "[::1]:5000",
    "192.168.1.7",
    "bench.LAB.example:80",
  ])("knows %s", (header) => {
    expect(hosts.judge(header)).toBe("known");
  });

  it.each([
    "evil.example",
    "evil.example:5000",
    "localhost.evil.example",
    "evil-bench.lab.example",
    "127.0.0.1.nip.io",
    "127.1",
    "2130706433",
  ])("does not know %s", (header) => {
    expect(hosts.judge(header)).toBe("foreign");
  });

  it("says the same again, also after many others", () => {
    for (let i = 0; i < 300; i++) expect(hosts.judge(`h${i}.example`)).toBe("foreign");
    expect(hosts.judge("evil.example")).toBe("foreign");
    expect(hosts.judge("localhost")).toBe("known");
  });
});

describe("isFromForeignPage", () => {
  const host = "bench.local:5000";

  it.each([
    [{ host }],
    [{ host, origin: "http://bench.local:5000" }],
    [{ host: "bench.local", origin: "http://bench.local:80" }],
    [{ host: "bench.local:443", origin: "https://bench.local" }],
    [{ host, "sec-fetch-site": "same-origin" }],
    [{ host, "sec-fetch-site": "none" }],
  ])("lets %j pass", (headers) => {
    expect(isFromForeignPage(headers)).toBe(false);
  });

  it.each([
    [{ host, origin: "null" }],
    [{ host, origin: "" }],
    [{ host, origin: "http://evil.example" }],
    [{ host, origin: "http://bench.local:8888" }],
    [{ host, origin: "http://bench.local" }],
    [{ host, origin: "file://" }],
    [{ host, origin: "http://bench.local:5000.evil.example" }],
    [{ host, "sec-fetch-site": "cross-site" }],
    [{ host, "sec-fetch-site": "same-site" }],
    [{ host, origin: "http://bench.local:5000", "sec-fetch-site": "cross-site" }],
  ])("takes %j for foreign", (headers) => {
    expect(isFromForeignPage(headers)).toBe(true);
  });
});

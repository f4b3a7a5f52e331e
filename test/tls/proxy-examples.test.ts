import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/gateway/config/config.ts";

const example = (name: string) => readFileSync(new URL(`../../examples/proxy/${name}`, import.meta.url), "utf8");

/** What is to stand in benchd.yaml beside it, as its comment tells. */
function configOf(text: string) {
  const lines = [...text.matchAll(/^# {3}(\w+: .*)$/gm)].map(([, line = ""]) => line);
  return parseConfig(`${lines.join("\n")}\nthings: {}\n`, "benchd.yaml");
}

/** Of nginx: by name, the values of a directive. */
const directives = (text: string, name: string) =>
  [...text.matchAll(new RegExp(`^\\s*${name} ([^;]*);$`, "gm"))].map(([, value]) => value);

describe.each(["Caddyfile", "nginx.conf"])("the example of a reverse proxy, %s", (name) => {
  const text = example(name);

  it("stands before a gateway that listens where it asks, knows its name, and believes it and nobody else", () => {
    const { listen, allowedHosts, access } = configOf(text);
    expect(text).toContain(`${listen.host}:${listen.port}`);
    expect(listen).toMatchObject({ host: "127.0.0.1", port: 5000, tls: undefined });
    expect(allowedHosts).toEqual(["bench.lab.example"]);
    for (const host of allowedHosts) expect(text.replaceAll(/^#.*$/gm, "")).toContain(host);
    expect(access).toMatchObject({ auth: "tokens", proxies: ["127.0.0.1", "::1"], emergencyStop: "token" });
  });

  it("has as many brackets that open as that close", () => {
    const code = text.replaceAll(/#.*$/gm, "");
    expect(code.split("{").length).toBe(code.split("}").length);
  });
});

describe("the example for nginx", () => {
  const text = example("nginx.conf");

  it("says what benchd has to know of a request, and nothing that a client may invent", () => {
    expect(directives(text, "proxy_set_header")).toEqual([
      ...["Host $http_host", "X-Forwarded-For $remote_addr", "X-Forwarded-Proto $scheme"],
      ...["Upgrade $http_upgrade", "Connection $benchd_connection"],
    ]);
  });

  it("lets streams through as they come, for as long as they stay, and asks nothing twice", () => {
    expect(directives(text, "proxy_http_version")).toEqual(["1.1"]);
    expect(directives(text, "proxy_buffering")).toEqual(["off"]);
    expect(directives(text, "proxy_read_timeout")).toEqual(["1h"]);
    expect(directives(text, "proxy_next_upstream")).toEqual(["off"]);
    expect(directives(text, "ssl_protocols")).toEqual(["TLSv1.2 TLSv1.3"]);
  });
});

it("the example for Caddy leaves the end of a request to its client", () => {
  expect(example("Caddyfile").replaceAll(/#.*$/gm, "")).not.toContain("flush_interval");
});

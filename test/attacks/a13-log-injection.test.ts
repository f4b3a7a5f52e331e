import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Principal } from "../../src/access/principal.ts";
import { tokenNameMistake } from "../../src/access/token-name.ts";
import { createLogger } from "../../src/cli/logger.ts";
import { controlsIn, linesIn } from "./controls.ts";
import { type Listening, openListening } from "./listening.ts";

/** A line of the log as a client would like to write it. */
const forged = '{"level":60,"time":"2026-01-01T00:00:00.000Z","msg":"forged"}';
const injected = `x\r\n${forged}\n\u001b[2J\u001b]0;owned\u0007\u009b31m\u0085\u2028${forged}\u2029\u202e\u0000y`;
const inUrl = encodeURIComponent(injected);
const basic = (user: string) => `Basic ${Buffer.from(`${user}:x`, "utf8").toString("base64")}`;
const admin = [{ scope: "admin" as const }];

describe("A13: text of a client that means harm to the log", () => {
  let bench: Listening;
  const send = (request: string, headers: Readonly<Record<string, string>> = {}, body = "") => {
    const all = {
      host: bench.url.host,
      connection: "close",
      "content-length": String(Buffer.byteLength(body)),
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    return bench.send(`${[`${request} HTTP/1.1`, ...lines].join("\r\n")}\r\n\r\n${body}`);
  };
  const json = { "content-type": "application/json" };

  beforeAll(async () => {
    // Whoever sends a user name is called so, as if tokens could have any name at all.
    bench = await openListening({
      yaml: "things: { counter: { driver: counter } }",
      identify: ({ headers: { authorization = "" }, ip }) => {
        const [user = ""] = Buffer.from(authorization.replace("Basic ", ""), "base64").toString("utf8").split(":x");
        return user === "refused"
          ? undefined
          : new Principal({ name: user || "ada", key: "ada", from: ip, grants: admin });
      },
    });
    const attempts: readonly (() => Promise<string>)[] = [
      // In the path, the query, the names of Things and of what is asked for.
      () => send(`GET /${inUrl}`),
      () => send(`GET /counter/${inUrl}`),
      () => send(`GET /gateway/audit?${inUrl}=${inUrl}`),
      () => send(`GET /gateway/history/${inUrl}`),
      () => send(`GET /events?lastEventId=${inUrl.slice(0, 300)}`),
      // As they are: the parser takes none of it for a request.
      () => send(`GET /x\u001b[31m`),
      () => send(`GET /x\u0000`),
      () => send(`GET /\u009b31m\u2028${forged}`),
      () => send(`GET http://evil.example/\t${forged}`),
      // In headers, also in those that are folded.
      () => send("GET /health", { host: `evil.example\t${forged}` }),
      () => send("GET /health", { host: "evil.example", referer: injected.replaceAll(/[\r\n\0]/g, " ") }),
      () => send("GET /health", { "user-agent": `a\r\n ${forged}` }),
      () => send("GET /health", { origin: `http://evil\t${forged}`, "sec-fetch-site": "cross-site" }),
      () => send("POST /counter/stop", { origin: `http://evil\t${forged}`, "sec-fetch-site": "cross-site" }),
      () => send("POST /counter/stop", { "idempotency-key": `"a\t${forged}"` }),
      () => send("POST /counter/stop", { "lease-number": `1\t${forged}` }),
      () => send("GET /health", { "x-forwarded-for": `1.2.3.4\t${forged}`, "x-request-id": forged }),
      () => send("GET /health", { authorization: basic("refused") }),
      // In the name of a user.
      () => send("POST /emergency_stop", { authorization: basic(injected) }),
      () => send("DELETE /emergency_stop", { authorization: basic(injected) }),
      // In a reason, a note, a body.
      () => send(`POST /emergency_stop?reason=${inUrl}`),
      () => send(`DELETE /emergency_stop?reason=${encodeURIComponent(injected.slice(0, 190))}`),
      () =>
        send(
          "POST /counter/lease",
          { ...json, authorization: basic(injected) },
          JSON.stringify({ note: injected, seconds: 60 }),
        ),
      () => send(`DELETE /counter/lease?break=true&reason=${encodeURIComponent(injected.slice(0, 190))}`),
      () => send("POST /counter/echo", json, JSON.stringify({ [injected]: injected })),
      () => send("PUT /mock/counter/faults/delay", json, JSON.stringify({ ms: 5, [injected]: injected })),
      () => send("POST /counter/echo", json, injected),
      () => send("POST /counter/echo", { "content-type": `text/plain\t${forged}` }, forged),
    ];
    for (const attempt of attempts) expect(await attempt()).toMatch(/^HTTP\/1\.1 (2|4)\d\d /);
  });
  afterAll(() => bench.close());

  it("is one JSON line for each entry, whatever ends a line for its reader, and forges none", () => {
    const lines = bench.logged();
    expect(lines.join("")).toContain("EMERGENCY STOP by x\\r\\n");
    for (const line of lines) {
      expect(linesIn(line.replace(/\n$/, ""))).toHaveLength(1);
      expect(controlsIn(line)).toEqual([]);
      expect(JSON.parse(line)).not.toMatchObject({ msg: "forged" });
    }
  });

  it("is one line for each entry of the log that people read", () => {
    const written: string[] = [];
    const log = createLogger({ write: (line) => void written.push(line) }, "human");
    for (const line of bench.logged()) {
      const { level: _, time: __, msg = "", ...rest } = JSON.parse(line) as Record<string, unknown>;
      log.warn(rest, String(msg));
    }
    expect(written).toHaveLength(bench.logged().length);
    for (const line of written) {
      expect(linesIn(line.trimEnd()).length).toBe(1);
      expect(controlsIn(line)).toEqual([]);
    }
  });

  it("is data in the audit trail, and nothing else", async () => {
    const trail = (await (await fetch(new URL("/gateway/audit", bench.url))).json()) as { by: string; what: string }[];
    expect(trail.map(({ by, what }) => [what, by])).toContainEqual(["emergency_stop.pressed", injected]);
    expect(trail.some(({ what }) => what === "forged")).toBe(false);
  });

  it("is no name that a token can have", () => {
    for (const name of [injected, "a\nb", "a\u001b[31m", "a\u2028b", "a\u202eb", "=cmd()", "-a", "@a", " a", "a\0"])
      expect(tokenNameMistake(name)).toContain("cannot be a name");
  });
});

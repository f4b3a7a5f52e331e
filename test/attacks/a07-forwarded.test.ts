import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anybody } from "../../src/access/principal.ts";
import { type Listening, openListening } from "./listening.ts";

/** A bench that listens to these proxies, and what it takes a client for. */
async function behind(proxies: string, auth = "auth: none, ") {
  const seen: (string | undefined)[] = [];
  const bench = await openListening({
    yaml: `access: { ${auth}proxies: [${proxies}] }\nthings: { counter: { driver: counter } }\n`,
    identify: ({ ip }) => {
      seen.push(ip);
      return anybody(ip);
    },
  });
  const ask = async (headers: readonly string[]) => {
    const head = ["GET /counter/ HTTP/1.1", `host: ${bench.url.host}`, "connection: close", ...headers, "", ""];
    const answer = await bench.send(head.join("\r\n"));
    const [, base = ""] = /"base":"([^"]*)"/.exec(answer) ?? [];
    return { ip: seen.at(-1), base, status: Number(answer.slice(9, 12)), answer };
  };
  return { ...bench, ask };
}

type Bench = Listening & Pick<Awaited<ReturnType<typeof behind>>, "ask">;

const forged = [
  "x-forwarded-for: 10.9.9.9",
  "x-forwarded-proto: https",
  "x-forwarded-host: evil.example",
  "forwarded: for=10.9.9.9;proto=https;host=evil.example",
  "x-real-ip: 10.9.9.9",
  "x-client-ip: 10.9.9.9",
  "x-forwarded-port: 443",
  "x-forwarded-prefix: /evil",
];

describe("A07: forwarding headers, of whom no proxy is listed", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await behind("");
  });
  afterAll(() => bench.close());

  it("change neither who somebody is nor where he finds the gateway", async () => {
    const plain = await bench.ask([]);
    expect(plain).toMatchObject({ ip: "127.0.0.1", base: `http://${bench.url.host}/`, status: 200 });
    for (const headers of [forged, ...forged.map((header) => [header])])
      expect(await bench.ask(headers)).toMatchObject({ ip: plain.ip, base: plain.base, status: 200 });
  });

  it("leave no trace in what the audit trail tells", async () => {
    const post = ["POST /emergency_stop HTTP/1.1", `host: ${bench.url.host}`, "connection: close", ...forged, "", ""];
    await Promise.all([bench.send(post.join("\r\n")), bench.clock.advance(3000)]);
    const audit = await bench.send(
      `GET /gateway/audit HTTP/1.1\r\nhost: ${bench.url.host}\r\nconnection: close\r\n\r\n`,
    );
    expect(audit).toContain("127.0.0.1");
    expect(audit).not.toMatch(/10\.9\.9\.9|evil/);
  });
});

describe("A07: a proxy that nobody has listed, before a gateway that lets everybody on its machine do everything", () => {
  it("lets nobody in, where it tells that it is one", async () => {
    const bench = await behind("", "");
    expect((await bench.ask([])).status).toBe(200);
    for (const header of ["x-forwarded-for: 203.0.113.7", "forwarded: for=203.0.113.7", "x-real-ip: 203.0.113.7"]) {
      const { status, answer } = await bench.ask([header]);
      expect(status).toBe(403);
      expect(answer).toContain("list the proxy in access.proxies");
    }
    expect(bench.logged().join("\n")).toContain("This was sent on by a proxy");
    await bench.close();
  });
});

describe("A07: forwarding headers, of who is no listed proxy, while others are", () => {
  it("are not heard", async () => {
    const bench = await behind('10.0.0.2, "192.168.0.0/16", "2001:db8::/32"');
    expect(await bench.ask(forged)).toMatchObject({ ip: "127.0.0.1", base: `http://${bench.url.host}/` });
    await bench.close();
  });
});

describe("A07: forwarding headers, of a listed proxy", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await behind('127.0.0.1, "10.0.0.0/24"');
  });
  afterAll(() => bench.close());

  it.each([
    ["what it has added itself", "203.0.113.7", "203.0.113.7"],
    [
      "no more than the last, before which the client may have invented others",
      "10.9.9.9, 127.0.0.1, 203.0.113.7",
      "203.0.113.7",
    ],
    ["the one before another listed proxy", "10.9.9.9, 203.0.113.7, 10.0.0.3", "203.0.113.7"],
    ["an IPv6 address", "2001:db8::7", "2001:db8::7"],
    ["the first of a chain of nothing but proxies", "10.0.0.4, 10.0.0.3", "10.0.0.4"],
  ])("are heard from right to left: %s", async (_, header, ip) => {
    expect(await bench.ask([`x-forwarded-for: ${header}`])).toMatchObject({ ip, status: 200 });
  });

  it("are heard from right to left when there are several of them", async () => {
    expect((await bench.ask(["x-forwarded-for: 10.9.9.9", "x-forwarded-for: 203.0.113.7, 10.0.0.3"])).ip).toBe(
      "203.0.113.7",
    );
  });

  it.each([
    ["unknown", "127.0.0.1"],
    ["<script>alert(1)</script>", "127.0.0.1"],
    ["203.0.113.7:4711", "127.0.0.1"],
    ["10.9.9.9, _hidden, 10.0.0.3", "10.0.0.3"],
    ["admin, 203.0.113.7", "203.0.113.7"],
    [",,,", "127.0.0.1"],
    [`${"10.9.9.9, ".repeat(1000)}x`, "127.0.0.1"],
  ])("name nobody by what is no address: %s", async (header, ip) => {
    expect(await bench.ask([`x-forwarded-for: ${header}`])).toMatchObject({ ip, status: 200 });
  });

  it.each([
    ["https", "https"],
    ["HTTPS", "https"],
    ["http", "http"],
    ["http, https", "https"],
    ["https, http", "http"],
    ["javascript", "http"],
    ["https://evil.example/?", "http"],
    ["", "http"],
  ])('tell by "x-forwarded-proto: %s" that clients use %s', async (header, scheme) => {
    expect((await bench.ask([`x-forwarded-proto: ${header}`])).base).toBe(`${scheme}://${bench.url.host}/`);
  });

  it("give the gateway no other name, and nobody another address by other headers", async () => {
    const others = forged.filter((header) => !/^x-forwarded-(for|proto):/.test(header));
    expect(await bench.ask(others)).toMatchObject({ ip: "127.0.0.1", base: `http://${bench.url.host}/` });
    expect(await bench.ask(["x-forwarded-host: evil.example", "x-forwarded-proto: https"])).toMatchObject({
      base: `https://${bench.url.host}/`,
    });
    const named = await bench.send(
      `GET /health HTTP/1.1\r\nhost: evil.example\r\nx-forwarded-host: localhost\r\nconnection: close\r\n\r\n`,
    );
    expect(named).toMatch(/^HTTP\/1\.1 403 /);
  });
});

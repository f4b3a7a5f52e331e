import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serverOptions } from "../../src/http/secure.ts";
import { type Listening, openListening } from "../attacks/listening.ts";
import { EventStreamReader } from "../http/event-stream.ts";
import { SocketClient } from "../http/socket-client.ts";
import { tlsClient } from "./client.ts";
import { decryptable, makePair, rsaPair } from "./pairs.ts";

let bench: Listening;
let ca: string;
let client: ReturnType<typeof tlsClient>;
beforeAll(async () => {
  const pair = await makePair();
  ca = pair.cert;
  bench = await openListening({ tls: pair });
  client = tlsClient(bench.url, ca);
});
afterAll(() => bench.close());

const connections = () => promisify(bench.app.server.getConnections.bind(bench.app.server))();

describe("a gateway with a certificate", () => {
  it("answers by HTTPS, to who trusts its certificate", async () => {
    expect(bench.url.protocol).toBe("https:");
    expect((await client.ask("GET", "/health")).status).toBe(200);
    await expect(tlsClient(bench.url, (await makePair()).cert).ask("GET", "/health")).rejects.toThrow(/self-signed/);
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      const socket = await client.connect({ minVersion: version, maxVersion: version });
      expect(socket.getProtocol()).toBe(version);
      socket.destroy();
    }
  });

  it("lets nobody talk in a way that can be decrypted by who gets hold of the key later, and by no old protocol", async () => {
    const pair = rsaPair();
    const other = await openListening({ tls: pair, yaml: "things: {}" });
    const client = tlsClient(other.url, pair.cert);
    await expect(client.connect(decryptable)).rejects.toThrow(/handshake/);
    expect((await client.ask("GET", "/health")).status).toBe(200);
    expect(serverOptions(pair)).toMatchObject({ minVersion: "TLSv1.2", handshakeTimeout: 10_000 });
    await other.close();
  });

  it("names itself by https wherever it names itself", async () => {
    const origin = bench.url.origin;
    const description = (await client.ask("GET", "/counter/")).json();
    expect(description.base).toBe(`${origin}/`);
    for (const path of ["/things/", "/gateway/directory", "/.well-known/wot", "/gateway/directory/things"]) {
      const { status, body } = await client.ask("GET", path);
      expect([path, status]).toEqual([path, 200]);
      expect(body).not.toContain(`http://${bench.url.host}`);
    }
    // A document that is asked for by HTTPS leads nowhere else.
    const { servers = [] } = (await client.ask("GET", "/openapi.json")).json();
    for (const { url } of servers) expect(new URL(url, bench.url).origin).toBe(origin);
    const moved = await client.ask("GET", "/counter");
    expect([moved.status, moved.headers.location]).toEqual([307, `${origin}/counter/`]);
    const begun = (await client.ask("POST", "/counter/noop")).json();
    expect(begun.href).toMatch(new RegExp(`^${origin}/action_invocations/`));
  });

  it("answers many requests of one connection", async () => {
    const socket = await client.connect();
    const asked = `GET /health HTTP/1.1\r\nhost: ${bench.url.host}\r\n`;
    socket.write(`${asked}\r\n${asked}\r\n${asked}connection: close\r\n\r\n`);
    expect((await text(socket)).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
  });

  it("streams events", async () => {
    const socket = await client.connect();
    socket.write(`GET /events HTTP/1.1\r\nhost: ${bench.url.host}\r\n\r\n`);
    let head = "";
    const reader = new EventStreamReader();
    socket.on("data", (bytes) => {
      const came = String(bytes);
      if (head === "") head = came;
      // Fields of the stream, and not the sizes of its chunks.
      else for (const line of came.split("\r\n")) if (/^(event|data|id|retry|:)/m.test(line)) reader.feed(line);
    });
    await expect.poll(() => head).toContain("text/event-stream");
    await client.ask("POST", "/counter/noop");
    await bench.clock.advance(10);
    await expect.poll(() => reader.messages.length).toBeGreaterThan(0);
    socket.destroy();
  });

  it("opens WebSockets", async () => {
    const opened = await SocketClient.open(`${bench.url.origin}/counter/ws`, { socket: await client.connect() });
    expect(opened.head).toMatch(/^HTTP\/1\.1 101 /);
    opened.socket.destroy();
  });

  it("tells who speaks plain HTTP to it, and hangs up", async () => {
    const socket = connect(Number(bench.url.port), bench.url.hostname);
    socket.write(`GET /health HTTP/1.1\r\nhost: ${bench.url.host}\r\n\r\n`);
    const told = await text(socket);
    expect(told).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(told).toContain("This gateway speaks HTTPS here: begin its address with https://");
  });

  it("hangs up on who speaks neither", async () => {
    const socket = connect(Number(bench.url.port), bench.url.hostname);
    socket.write("hello, balance\r\nSI\r\n");
    expect(Buffer.from(await text(socket), "latin1").toString("latin1")).not.toContain("HTTP/");
  });

  it("refuses a broken request as without TLS, and hangs up", async () => {
    const told = await client.send("GET / HTTP/1.1\r\nhost : broken\r\n\r\n");
    expect(told).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*That is no HTTP request\./);
    expect(await client.send(`GET / HTTP/1.1\r\nx: ${"y".repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await client.send(`GET /health HTTP/1.1\r\nhost: elsewhere.invalid\r\nconnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 403 /,
    );
  });

  it("notices that a client has gone, and ends what he has asked to have ended with him", async () => {
    const body = JSON.stringify({ n: 1000 });
    const socket = await client.connect();
    socket.write(
      [
        "POST /counter/slow_count HTTP/1.1",
        `host: ${bench.url.host}`,
        "content-type: application/json",
        `content-length: ${body.length}`,
        "prefer: wait=60, cancel-on-disconnect",
        "",
        body,
      ].join("\r\n"),
    );
    const running = async () =>
      (await bench.gateway.invocations.list({ thing: "counter" })).find(({ action }) => action === "slow_count");
    await expect.poll(async () => (await running())?.status).toBe("running");
    socket.destroy();
    await expect.poll(async () => (await running())?.reason).toBe("client");
  });

  it("keeps no connection of who has gone", async () => {
    const socket = connect(Number(bench.url.port), bench.url.hostname);
    await once(socket, "connect");
    socket.destroy();
    await expect.poll(connections).toBe(0);
  });

  it("has no more connections than without, counts those that never speak TLS, and knows which are busy", async () => {
    const pair = await makePair();
    const yaml = "limits: { connections: 20 }\nthings: { counter: { driver: counter } }";
    const small = await openListening({ tls: pair, yaml });
    const client = tlsClient(small.url, pair.cert);
    const open = (sockets: readonly Socket[]) => sockets.filter(({ destroyed }) => !destroyed).length;
    const silent = Array.from({ length: 30 }, () => small.connect());
    await expect.poll(() => open(silent)).toBe(20);
    const busy = await Promise.all(Array.from({ length: 20 }, () => client.connect()));
    for (const socket of busy) socket.resume().write(`GET /events HTTP/1.1\r\nhost: ${small.url.host}\r\n\r\n`);
    await expect.poll(() => open(silent)).toBe(0);
    // Every place that there is has somebody who uses it: what is let in beyond may stop, and nothing else.
    const states = async () => (await client.ask("GET", "/thing_states")).status;
    await expect.poll(states).toBe(503);
    const stopped = client.ask("POST", "/emergency_stop");
    await expect.poll(() => small.gateway.emergencyStop.latch).toBeDefined();
    await small.clock.advance(3000);
    expect((await stopped).status).toBe(200);
    expect(open(busy)).toBe(20);
    for (const socket of busy) socket.destroy();
    await small.close();
  });
});

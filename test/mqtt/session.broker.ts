import { createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { realClock } from "../../src/clock.ts";
import { MessageRefusedError } from "../../src/experiment-errors.ts";
import { Connection } from "../../src/mqtt/connection.ts";
import type { InMessage } from "../../src/mqtt/link.ts";
import { openSession, type SessionOptions } from "../../src/mqtt/session.ts";
import { freePort } from "../free-port.ts";
import { makePair, rsaPair } from "../tls/pairs.ts";
import { Broker, hashed } from "./broker.ts";
import { keptBy, Watcher } from "./watcher.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function broker(lines?: readonly string[], files?: Readonly<Record<string, string>>): Promise<Broker> {
  const started = await Broker.start(lines, files);
  ends.push(() => started.end());
  return started;
}

function connection(port: number, server: Partial<SessionOptions> = {}) {
  const logged: string[] = [];
  const made = new Connection({
    ...{ clock: realClock, open: openSession, name: "the broker", random: () => 0 },
    log: (level, message) => logged.push(`${level}: ${message}`),
    server: async () => ({
      ...{ host: "127.0.0.1", port, tls: undefined, clientId: "benchd-a", user: undefined, password: undefined },
      will: { topic: "a/status", payload: "lost", retain: true },
      ...server,
    }),
  });
  ends.push(() => made.close());
  made.begin();
  return { link: made, logged };
}

const connected = (link: Connection) => expect.poll(() => link.connected, { interval: 10 }).toBe(true);
const refused = (link: Connection, why: RegExp) => expect.poll(() => link.error ?? "", { interval: 10 }).toMatch(why);

test("messages come through whole, with all that is said beside them", async () => {
  const { port } = await broker();
  const { link } = connection(port);
  await connected(link);
  const heard: InMessage[] = [];
  link.subscribe("a/+/request", (message) => heard.push(message));
  const properties = {
    ...{ responseTopic: "answers/me", correlationData: Buffer.from([0, 255, 1]), contentType: "application/json" },
    userProperties: { key: "k", several: ["1", "2"], ü: "é" },
  };
  const payload = new Uint8Array([0, 1, 254]);
  // The order of subscribing and publishing is that of the connection.
  await link.publish({ topic: "a/b/request", payload, properties });
  await expect.poll(() => heard.length).toBe(1);
  expect(heard[0]).toMatchObject({ topic: "a/b/request", retain: false, duplicate: false, properties });
  expect([...(heard[0]?.payload ?? [])]).toEqual([0, 1, 254]);
  await link.publish({ topic: "a/c/request", payload: "x", retain: true });
  await expect.poll(() => heard[1]?.retain).toBe(true);
});

test("TLS: a broker has to prove who it is, to the authority that is named; then a certificate of ours may be asked for", async () => {
  const pair = await makePair();
  const other = await makePair();
  // One that may be used for anything.
  const ours = rsaPair();
  const tls = [
    "cafile FOLDER/ours.pem",
    "certfile FOLDER/cert.pem",
    "keyfile FOLDER/key.pem",
    "require_certificate true",
  ];
  const files = { "cert.pem": pair.cert, "key.pem": pair.key, "ours.pem": ours.cert };
  const { port } = await broker(["allow_anonymous true", ...tls], files);
  const { link } = connection(port, { tls: { ca: pair.cert, cert: ours.cert, key: ours.key } });
  await connected(link);
  await link.publish({ topic: "a", payload: "secret" });
  await refused(
    connection(port, { clientId: "b", tls: { ca: other.cert, cert: ours.cert, key: ours.key } }).link,
    /self-signed|verify|issuer/i,
  );
  await refused(connection(port, { clientId: "c", tls: {} }).link, /self-signed/);
  await refused(
    connection(port, { clientId: "d", tls: { ca: pair.cert } }).link,
    /certificate required|hung up|handshake/i,
  );
  await refused(connection(port, { clientId: "e" }).link, /hung up|connection/i);
});

test("a certificate for another name is none for this one", async () => {
  const pair = await makePair({ names: ["broker.lab.example"] });
  const lines = ["allow_anonymous true", "certfile FOLDER/cert.pem", "keyfile FOLDER/key.pem"];
  const { port } = await broker(lines, { "cert.pem": pair.cert, "key.pem": pair.key });
  await refused(connection(port, { tls: { ca: pair.cert } }).link, /altnames|does not match/i);
});

test("users and their rights: a wrong password is told as that, and what a user may not do is refused alone", async () => {
  const started = await broker(["allow_anonymous false", "password_file FOLDER/users", "acl_file FOLDER/rights"], {
    users: hashed({ bench: "right", other: "o" }),
    rights: "user bench\ntopic readwrite a/#\n\nuser other\ntopic read #\n",
  });
  const wrong = connection(started.port, { user: "bench", password: "wrong", clientId: "w" });
  await refused(wrong.link, /Bad user name|Not authorized/i);
  expect(wrong.logged).toEqual([expect.stringMatching(/^warning: no connection with the broker: Connection refused/)]);
  const { link } = connection(started.port, { user: "bench", password: "right" });
  await connected(link);
  await link.publish({ topic: "a/b", payload: "1" });
  await expect(link.publish({ topic: "elsewhere", payload: "1" })).rejects.toThrow(MessageRefusedError);
  await link.publish({ topic: "a/c", payload: "1" });
  expect(link.connections).toBe(1);
});

test("the broker is told what is too large by nobody: it says itself what it takes, and how much at a time", async () => {
  const { port } = await broker(["allow_anonymous true", "max_packet_size 2000", "max_inflight_messages 5"]);
  const { link } = connection(port);
  await connected(link);
  expect(link.largestMessage).toBe(2000);
  await expect(link.publish({ topic: "a", payload: "x".repeat(2000) })).rejects.toThrow(/may have 2000/);
  const sent = Array.from({ length: 200 }, (_, n) => link.publish({ topic: "a", payload: `${n}` }));
  await Promise.all(sent);
  expect(link.connections).toBe(1);
});

test.each([
  [false, []],
  [true, ["persistence true", "persistence_location FOLDER/", "autosave_on_changes true", "autosave_interval 1"]],
])(
  "a broker that was killed is found again (persistence %s), and hears again what it may not remember",
  async (_, lines) => {
    const started = await broker(["allow_anonymous true", ...lines]);
    const { link, logged } = connection(started.port);
    link.onConnected(() => {
      void link.publish({ topic: "a/state", payload: "now", retain: true }).catch(() => {});
    });
    await expect.poll(async () => (await keptBy(started.port, "a/#")).get("a/state")).toBe("now");
    await started.kill();
    await expect.poll(() => link.connected, { interval: 10 }).toBe(false);
    await expect(link.publish({ topic: "a", payload: "" })).rejects.toThrow(/away/);
    await started.start();
    await connected(link);
    await expect.poll(async () => (await keptBy(started.port, "a/#")).get("a/state")).toBe("now");
    expect(logged.map((line) => line.slice(0, 40))).toEqual([
      ...["info: connected with the broker", "warning: no connection with the broker: "],
      "info: connected with the broker",
    ]);
  },
);

test("two of one name: the first is hung up on, and its will is told; who ends in order leaves none", async () => {
  const { port } = await broker();
  const first = connection(port);
  await connected(first.link);
  const watcher = await Watcher.connect(port, "a/#");
  ends.push(() => watcher.end());
  const second = connection(port);
  await connected(second.link);
  await expect.poll(() => first.logged.at(-1)).toMatch(/the same|the connection has ended/);
  await expect.poll(() => watcher.heard.at(-1)?.text).toBe("lost");
  await first.link.close();
  const before = watcher.heard.length;
  await second.link.close();
  await watcher.publish("a/last", "x");
  await expect.poll(() => watcher.heard.at(-1)?.topic).toBe("a/last");
  expect(watcher.heard.length).toBe(before + 1);
});

test("what is no broker, and what says nothing at all, is told as that", async () => {
  const web = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")).listen(0, "127.0.0.1");
  ends.push(async () => web.close());
  await expect.poll(() => web.address()).not.toBeNull();
  const address = web.address();
  const { link, logged } = connection(typeof address === "object" && address ? address.port : 0);
  await expect.poll(() => logged.length).toBe(1);
  expect(link.connected).toBe(false);
  await refused(connection(await freePort()).link, /ECONNREFUSED/);
});

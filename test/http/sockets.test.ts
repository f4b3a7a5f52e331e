import { connect } from "node:net";
import { Type } from "typebox";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { defineThing } from "../../src/thing/define.ts";
import { unhandledRejections } from "../unhandled.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";
import { SocketClient } from "./socket-client.ts";

/** Says whatever a test has it say. */
const speaker = () => {
  let say = (_: string) => {};
  const definition = defineThing({
    title: "Speaker",
    config: Type.Object({}),
    properties: { text: { title: "Text", schema: Type.String(), readOnly: true, observable: true } },
    async open({ changed }) {
      say = (text) => changed("text", text);
      return { read: { text: () => "" } };
    },
  });
  return { definition, say: (text: string) => say(text) };
};

const unhandled = unhandledRejections();
const prefix = "/api/v1";
let bench: CounterBench;
let clientClock: DiscreteClock;
let voice: ReturnType<typeof speaker>;
let origin: URL;
let clients: SocketClient[];
beforeEach(async () => {
  clients = [];
  clientClock = new DiscreteClock();
  voice = speaker();
  bench = await openCounterBench({ prefix, clientClock, drivers: { speaker: voice.definition } });
  origin = new URL(await bench.app.listen({ host: "127.0.0.1", port: 0 }));
});
afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  await bench.close();
  expect(unhandled).toEqual([]);
});

async function open(thing = "counter", options: Parameters<typeof SocketClient.open>[1] = {}) {
  const client = await SocketClient.open(`ws://${origin.host}${prefix}/${thing}/ws`, options);
  clients.push(client);
  return client;
}
const refused = (thing: string, headers: Record<string, string> = {}) =>
  open(thing, { headers }).then(
    () => "opened",
    (error: Error) => error.message,
  );
const observe = (...names: string[]) => ({
  messageType: "addPropertyObservation",
  data: Object.fromEntries(names.map((name) => [name, true])),
});
async function answers(client: SocketClient, message: unknown) {
  client.send(message);
  await client.caughtUp();
  return client.received.splice(0).map((text) => JSON.parse(text));
}
const connections = () => new Promise<number>((resolve) => bench.app.server.getConnections((_, n) => resolve(n)));
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("the WebSocket of a Thing", () => {
  test("is opened under the prefix, without compression or a protocol of its own", async () => {
    const extensions = { "sec-websocket-extensions": "permessage-deflate" };
    const client = await open("counter", { headers: { ...extensions, "sec-websocket-protocol": "webthingprotocol" } });
    expect(client.head.toLowerCase()).not.toMatch(/sec-websocket-(extensions|protocol)/);
    expect(await refused("../counter")).toContain("HTTP/1.1 404");
  });

  test("is not there for a Thing that is not, which is told before anything is opened", async () => {
    const answer = await refused("nosuch");
    expect(answer).toContain("HTTP/1.1 404");
    expect(answer.toLowerCase()).toContain("connection: close");
    expect(answer).toContain('{"detail":"Not Found"}');
  });

  test.each([
    ["GET", 426, "upgrade", "websocket"],
    ["HEAD", 426, "upgrade", "websocket"],
    ["POST", 405, "allow", "GET, HEAD"],
    ["PUT", 405, "allow", "GET, HEAD"],
    ["DELETE", 405, "allow", "GET, HEAD"],
  ] as const)("answers a plain %s by %d, and what would do", async (method, status, header, value) => {
    const { statusCode, headers } = await bench.app.inject({ method, url: `${prefix}/counter/ws` });
    expect([statusCode, headers[header]]).toEqual([status, value]);
  });

  test("A04: is not opened by a page of another site, nor under a foreign name", async () => {
    expect(await refused("counter", { origin: "http://evil.example" })).toContain("HTTP/1.1 403");
    expect(await refused("counter", { "sec-fetch-site": "cross-site" })).toContain("HTTP/1.1 403");
    expect(await refused("counter", { host: "evil.example" })).toContain("HTTP/1.1 403");
    expect(await refused("counter", { origin: `http://${origin.host}` })).toBe("opened");
  });

  test("tells of no property or action any longer that its client does not want to hear of", async () => {
    const client = await open();
    client.send(observe("counter"));
    client.send({ messageType: "addActionObservation", data: { noop: true, zero: true } });
    client.send({ messageType: "removePropertyObservation", data: { counter: true } });
    expect(await answers(client, { messageType: "removeActionObservation", data: { zero: true } })).toEqual([]);
    for (const action of ["increment", "zero", "noop"])
      await bench.app.inject({ method: "POST", url: `${prefix}/counter/${action}` });
    await client.caughtUp();
    expect(client.received.map((text) => JSON.parse(text).data)).toEqual(
      ["pending", "running", "completed"].map((status) => ({ "action name": "noop", status })),
    );
  });

  test("tells of its own Thing only", async () => {
    const client = await open("helper");
    client.send({ messageType: "addActionObservation", data: { increment: true } });
    await answers(client, observe("counter"));
    await bench.app.inject({ method: "POST", url: `${prefix}/counter/increment` });
    await client.caughtUp();
    expect(client.received).toEqual([]);
  });

  const invalid = { status: "400", title: "Bad Request" };
  test.each([
    ["no JSON", "this is not json", { error: invalid }],
    ["no object", [1, 2], { error: invalid }],
    ["null", null, { error: invalid }],
    ["no messageType", { data: {} }, { error: invalid }],
    ["a messageType that is no text", { messageType: 3, data: {} }, { error: invalid }],
    ["no data", { messageType: "addPropertyObservation" }, { operation: "observeproperty", error: invalid }],
    [
      "a list of data",
      { messageType: "addActionObservation", data: ["noop"] },
      { operation: "observeaction", error: invalid },
    ],
    [
      "a type from Object.prototype",
      { messageType: "constructor", data: {} },
      { error: { status: "400", title: "Unsupported Message Type" } },
    ],
    [
      "a name that is not there",
      { messageType: "removeActionObservation", data: { nosuch: true } },
      { operation: "unobserveaction", name: "nosuch", error: { status: "404", title: "Not Found" } },
    ],
    [
      "a name from Object.prototype",
      observe("toString"),
      { operation: "observeproperty", name: "toString", error: { status: "404", title: "Not Found" } },
    ],
    [
      "more names than any Thing has",
      observe(...Array.from({ length: 501 }, (_, n) => `p${n}`)),
      { operation: "observeproperty", error: invalid },
    ],
  ])("answers %s by one error, and goes on", async (_, message, expected) => {
    const client = await open();
    expect(await answers(client, message)).toMatchObject([{ messageType: "response", ...expected }]);
    expect(await answers(client, observe("counter"))).toEqual([]);
  });

  test("answers a message with many wrong names by few frames, and follows the others", async () => {
    const client = await open("speaker");
    const wrong = Array.from({ length: 300 }, (_, i) => `wrong${i}`);
    const frames = await answers(client, observe(...wrong, "text"));
    expect(frames).toHaveLength(11);
    expect(JSON.stringify(frames.at(-1))).toContain("290 more of these names are refused.");
    voice.say("hello");
    expect(await answers(client, "nothing")).toContainEqual({ messageType: "propertyStatus", data: { text: "hello" } });
  });

  test("answers what is no text by an error", async () => {
    const client = await open();
    client.sendFrame("binary", JSON.stringify(observe("counter")));
    await client.caughtUp();
    expect(client.received.map((text) => JSON.parse(text))).toMatchObject([
      { error: { detail: "A message is text." } },
    ]);
  });

  test("tells whoever observes when too many do so already", async () => {
    const thing = bench.gateway.thing("counter");
    const others = Array.from({ length: 998 }, () => thing.observe(() => {}));
    // Beside the log of events, which observes each Thing, one has room: and again, once it has left.
    for (let n = 0; n < 3; n++) {
      const client = await open();
      expect(await answers(client, observe("counter"))).toEqual([]);
      expect(await answers(await open(), observe("gain"))).toMatchObject([{ error: { status: "503" } }]);
      client.socket.end();
      await client.closed;
      for (const { socket } of clients) socket.destroy();
      await expect.poll(connections).toBe(0);
    }
    for (const stop of others) stop();
  });
});

describe("F41: a client of a WebSocket", () => {
  test("that sends too large a message is sent away", async () => {
    const client = await open();
    client.send(`"${"x".repeat(64 * 1024 - 2)}"`);
    await client.caughtUp();
    expect(client.received).toHaveLength(1);
    client.send(`"${"x".repeat(64 * 1024)}"`);
    expect(await client.closed).toBe(1009);
  });

  test("may send a hundred messages in a second, and is sent away for more", async () => {
    const client = await open();
    for (let second = 0; second < 3; second++) {
      for (let n = 0; n < 99; n++) client.send("x");
      await client.caughtUp();
      await clientClock.advance(1000);
    }
    expect(client.received).toHaveLength(3 * 99);
    for (let n = 0; n < 101; n++) client.send("x");
    expect(await client.closed).toBe(1008);
    expect(client.received).toHaveLength(4 * 99 + 1);
  });

  test("is told that too many are open already, and let in when one has left", async () => {
    const many = await Promise.all(Array.from({ length: 200 }, () => open()));
    const answer = await refused("counter");
    expect(answer).toContain("HTTP/1.1 503");
    expect(answer.toLowerCase()).toContain("retry-after: 2");
    many[0]?.socket.destroy();
    await expect.poll(connections).toBe(199);
    expect(await refused("counter")).toBe("opened");
  });

  test("that never reads is hung up on, and the others hear everything", async () => {
    const [deaf, hears] = [await open("speaker"), await open("speaker")];
    for (const client of [deaf, hears]) await answers(client, observe("text"));
    deaf.socket.pause();
    let said = 0;
    while ((await connections()) === 2) {
      voice.say(`${said++} ${"x".repeat(100_000)}`);
      await hears.caughtUp();
      // Less than until it would be missed for not answering a ping.
      await clientClock.advance(20);
    }
    // What the system keeps for it, and 1 MiB.
    expect(said * 100_000).toBeLessThan(50_000_000);
    expect(hears.received).toHaveLength(said);
  });

  test("that does not answer for a minute is hung up on, and one that does is not", async () => {
    const [gone, there] = [await open("counter", { answers: false }), await open()];
    for (let n = 0; n < 10; n++) {
      await clientClock.advance(29_999);
      await there.caughtUp();
      await clientClock.advance(1);
      await turn();
    }
    expect(await gone.closed).toBeUndefined();
    expect(await connections()).toBe(1);
    await there.caughtUp();
  });

  test("is sent home when the server closes, which waits a second for one who does not go", async () => {
    const [goes, stays] = [await open(), await open("counter", { answers: false })];
    const closed = bench.app.close();
    expect(await goes.closed).toBe(1001);
    while (clientClock.nextDue() === undefined) await turn();
    await clientClock.advance(1000);
    expect(await stays.closed).toBe(1001);
    await closed;
  });
});

describe("what asks for another protocol where there is none", () => {
  /** What is answered until the server hangs up. */
  function ask(method: string, path: string, headers: Record<string, string> = {}): Promise<string> {
    const socket = connect(Number(origin.port), origin.hostname);
    const all = { host: origin.host, connection: "Upgrade", upgrade: "h2c", ...headers };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    socket.write([`${method} ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
    let came = "";
    socket.on("data", (data) => (came += data));
    return new Promise((resolve) => socket.once("close", () => resolve(came)));
  }

  test.each([
    ["GET", `${prefix}/counter/counter`, "HTTP/1.1 200 OK", "\r\n0"],
    ["GET", "/nosuch", "HTTP/1.1 404", "Not Found"],
    ["GET", `${prefix}/counter/ws`, "HTTP/1.1 426", "Upgrade Required"],
    ["POST", `${prefix}/counter/increment`, "HTTP/1.1 201", '"completed"'],
  ])("%s %s is answered like any other, and hung up on", async (method, path, status, body) => {
    const answer = await ask(method, path);
    expect(answer).toContain(status);
    expect(answer).toContain(body);
    expect(answer.toLowerCase()).toContain("connection: close");
  });

  test("a WebSocket is opened nowhere else", async () => {
    const url = `ws://${origin.host}${prefix}/counter/counter`;
    await expect(SocketClient.open(url)).rejects.toThrow(/HTTP\/1.1 200 [\s\S]*\r\n0$/);
  });

  test("is noticed to have left while it waits for its answer", async () => {
    const socket = connect(Number(origin.port), origin.hostname);
    const head = ["GET /api/v1/things/speaker/properties/text?wait=3540 HTTP/1.1", `host: ${origin.host}`];
    socket.write([...head, "connection: upgrade", "upgrade: h2c", "", ""].join("\r\n"));
    await expect.poll(() => clientClock.nextDue()).toBeDefined();
    expect(await connections()).toBe(1);
    socket.destroy();
    await expect.poll(connections).toBe(0);
    expect(clientClock.nextDue()).toBeUndefined();
  });

  test("the emergency stop is pressed by whatever asks for it", async () => {
    expect(await ask("POST", "/emergency_stop", { upgrade: "websocket" })).toContain('"stopped":true');
    expect(bench.gateway.emergencyStop.latch).toBeDefined();
  });
});

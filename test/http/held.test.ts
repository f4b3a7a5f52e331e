import { connect, type Socket } from "node:net";
import { Type } from "typebox";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { anybody, Principal } from "../../src/access/principal.ts";
import { blob, sleep } from "../../src/ambient.ts";
import { Blob } from "../../src/blob-schema.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { defineThing } from "../../src/thing/define.ts";
import { unhandledRejections } from "../unhandled.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

const camera = defineThing({
  title: "Camera",
  config: Type.Object({}),
  actions: { snap: { title: "Snap", output: Blob() }, describe: { title: "Describe", output: Type.String() } },
  streams: { mjpeg_stream: { title: "Pictures", contentType: "image/jpeg" } },
  async open() {
    async function* pictures() {
      for (; ; await sleep(40)) yield new Uint8Array(1000);
    }
    const snap = () => blob(new Uint8Array(30_000_000), { mediaType: "image/jpeg" });
    return { stream: { mjpeg_stream: pictures }, invoke: { snap, describe: () => "long ".repeat(100_000) } };
  },
});

const unhandled = unhandledRejections();
let bench: CounterBench;
let clientClock: DiscreteClock;
let port: number;
let sockets: Socket[];
let lose: (key: string) => void;
beforeEach(async () => {
  sockets = [];
  clientClock = new DiscreteClock();
  bench = await openCounterBench({
    drivers: { camera },
    clientClock,
    identify: ({ headers, ip }) => {
      const name = headers.from;
      return name === undefined
        ? anybody(ip)
        : new Principal({ name, key: name, from: ip, grants: [{ scope: "admin" }] });
    },
    onEnded: (heard) => {
      lose = heard;
      return () => {};
    },
  });
  port = Number(new URL(await bench.app.listen({ host: "127.0.0.1", port: 0 })).port);
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await bench.close();
  expect(unhandled).toEqual([]);
});

interface Held {
  readonly socket: Socket;
  status: string;
  over: boolean;
}

/** Ask as somebody; it does not read beyond the head. */
function ask(from: string, path: string, more: Readonly<Record<string, string>> = {}): Held {
  const socket = connect(port, "127.0.0.1");
  const held: Held = { socket, status: "", over: false };
  sockets.push(socket);
  socket.on("error", () => {}).once("close", () => (held.over = true));
  socket.once("data", (head) => {
    held.status = head.toString("latin1").split(" ")[1] ?? "";
  });
  const headers = Object.entries({ host: "localhost", from, ...more }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${path} HTTP/1.1\r\n${headers.join("")}\r\n`);
  return held;
}

const webSocket = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};
const kinds: Record<string, readonly [max: number, path: string, headers?: Record<string, string>]> = {
  WebSockets: [200, "/counter/ws", webSocket],
  "pictures of a stream": [20, "/camera/mjpeg_stream"],
};

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
/** Pictures come as bench time passes. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await bench.clock.advance(40);
    await clientClock.advance(40);
    await turn();
  }
}
const open = ({ status, over }: Held) => /^(200|101)$/.test(status) && !over;

describe.each(Object.entries(kinds))("one who holds all %s", (_, [max, path, headers]) => {
  it("gives some up for others, gets none beyond, and loses all when his access ends", async () => {
    const all = Array.from({ length: max }, () => ask("one", path, headers));
    await until(() => all.every(open));
    const others = [ask("other", path, headers), ask("third", path, headers)];
    await until(() => others.every(open) && all.filter(({ over }) => over).length === 2);
    expect(all.slice(-2).every(({ over }) => over)).toBe(true);
    const more = ask("one", path, headers);
    await until(() => more.status !== "");
    expect(more.status).toBe("503");
    lose("one");
    await until(() => all.every(({ over }) => over));
    expect(others.every(open)).toBe(true);
  });
});

interface Reader extends Held {
  /** The end of what it has read. */
  tail: string;
}

/** It asks, and reads what comes. */
function reader(from: string, path: string): Reader {
  const held: Reader = Object.assign(ask(from, path), { tail: "" });
  held.socket.on("data", (piece) => {
    held.tail = (held.tail + piece.toString("latin1", Math.max(0, piece.length - 10))).slice(-10);
  });
  return held;
}

/** It reads no further than the first piece until it is resumed. */
function deaf(from: string, path: string): Reader {
  const held = reader(from, path);
  held.socket.once("data", () => held.socket.pause());
  return held;
}

/** All was sent, and said to be all. */
const whole = ({ tail }: Reader) => tail.endsWith("\r\n0\r\n\r\n");

it("one who has all exports gives one up for another, and loses the rest when his access ends", async () => {
  for (let n = 0; n < 60; n++) {
    const run = bench.gateway.thing("camera").invoke("describe", undefined, { requestedBy: "test" });
    await bench.clock.until(run.ended);
  }
  const path = "/gateway/history?format=ndjson";
  const all = Array.from({ length: 16 }, () => deaf("one", path));
  await until(() => all.every(open));
  const [other, more] = [deaf("other", path), deaf("one", path)];
  await until(() => other.status !== "" && more.status !== "");
  expect([other.status, more.status]).toEqual(["200", "503"]);
  lose("one");
  for (const { socket } of all) socket.resume();
  await until(() => all.every((one) => one.over || whole(one)));
  expect(all.some(whole)).toBe(false);
  other.socket.resume();
  await until(() => other.over || whole(other));
  expect(whole(other)).toBe(true);
});

it("one who reads an export as fast as it comes does not take for all what his access has ended in", async () => {
  for (let n = 0; n < 300; n++)
    await bench.gateway.thing("counter").invoke("noop", undefined, { requestedBy: "test" }).over;
  const [cut, all] = [reader("cut", "/gateway/history?format=csv"), reader("all", "/gateway/history?format=csv")];
  cut.socket.once("data", () => lose("cut"));
  await until(() => [cut, all].every((one) => one.over || whole(one)));
  expect([whole(cut), whole(all)]).toEqual([false, true]);
});

it("one who reads all blobs there can be read at a time gives one up for another", async () => {
  const run = bench.gateway.thing("camera").invoke("snap", undefined, { requestedBy: "test" });
  await bench.clock.until(run.ended);
  const path = `/action_invocations/${run.id}/output`;
  const all = Array.from({ length: 80 }, () => deaf("one", path));
  await until(() => all.every(open));
  const [other, more] = [deaf("other", path), deaf("one", path)];
  await until(() => other.status !== "" && more.status !== "");
  expect([other.status, more.status]).toEqual(["200", "503"]);
  // It has not read what it was sent, and learns of its end as it does.
  all.at(-1)?.socket.resume();
  await until(() => all.at(-1)?.over ?? false);
});

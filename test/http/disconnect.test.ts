import { connect } from "node:net";
import { promisify } from "node:util";
import { beforeEach, describe, expect, it } from "vitest";
import { openDoser } from "./doser.ts";

let bench: Awaited<ReturnType<typeof openDoser>>;
let url: URL;
beforeEach(async () => {
  bench = await openDoser();
  url = new URL(await bench.app.listen({ host: "127.0.0.1", port: 0 }));
});

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  /** Go away once something has arrived, or at once. */
  readonly leaves?: "while it is answered" | "at once" | undefined;
  /** Sent after the body. */
  readonly trailing?: string;
}

/** POST over a connection of its own; what came of the answer until one side has hung up. */
function post(path: string, body: unknown, { headers = {}, leaves, trailing = "" }: Sent = {}): Promise<string> {
  const text = JSON.stringify(body);
  const all = { host: url.host, "content-type": "application/json", "content-length": text.length, ...headers };
  const head = Object.entries({ ...all, connection: "close" }).map(([name, value]) => `${name}: ${value}`);
  const socket = connect(Number(url.port), url.hostname);
  let came = "";
  socket.on("data", (data) => {
    came += data;
    if (leaves === "while it is answered") socket.destroy();
  });
  socket.write([`POST ${path} HTTP/1.1`, ...head, "", text + trailing].join("\r\n"), () => {
    if (leaves === "at once") socket.destroy();
  });
  return new Promise((resolve) => socket.once("close", () => resolve(came)));
}

const connections = () => promisify(bench.app.server.getConnections.bind(bench.app.server))();
const invocations = () => bench.gateway.invocations.list({});

describe("F40: a client that goes away while it waits", () => {
  it("leaves its invocation running", async () => {
    const gone = post("/doser/slow", { mL: 5 }, { headers: { prefer: "wait=60" }, leaves: "at once" });
    await gone;
    await expect.poll(async () => (await invocations()).length).toBe(1);
    await bench.clock.advance(1000);
    expect((await invocations()).map(({ status }) => status)).toEqual(["completed"]);
  });

  it("ends it where it has asked for that", async () => {
    const headers = { prefer: "wait=60, cancel-on-disconnect" };
    const left = post("/doser/slow", { mL: 5 }, { headers, leaves: "at once" });
    await left;
    await expect.poll(async () => (await invocations()).map(({ reason }) => reason)).toEqual(["client"]);
    expect(bench.device.done).toEqual([5]);
  });

  it("ends nothing once it has been answered", async () => {
    const headers = { prefer: "wait=0, cancel-on-disconnect" };
    const answer = await post("/doser/slow", { mL: 5 }, { headers });
    expect(answer.toLowerCase()).toContain("preference-applied: wait=0, cancel-on-disconnect");
    await bench.clock.advance(1000);
    expect((await invocations()).map(({ status }) => status)).toEqual(["completed"]);
  });

  it("does not end, by repeating it, what it has not started", async () => {
    const headers = { prefer: "wait=60, cancel-on-disconnect", "idempotency-key": "k" };
    const ask = () => post("/doser/slow", { mL: 5 }, { headers: { ...headers, prefer: "respond-async" } });
    await ask();
    await post("/doser/slow", { mL: 5 }, { headers, leaves: "at once" });
    await expect.poll(connections).toBe(0);
    expect(await ask()).toContain('"status":"running"');
    await bench.clock.advance(1000);
    expect((await invocations()).map(({ status }) => status)).toEqual(["completed"]);
  });
});

it("F32: a hundred equal requests over connections of which half break off are one invocation", async () => {
  const headers = { "idempotency-key": "k", prefer: "wait=60" };
  const leaving = ["while it is answered", "at once", undefined, undefined] as const;
  const all = Array.from({ length: 100 }, (_, n) =>
    post("/doser/slow", { mL: 5 }, { headers, leaves: leaving[n % 4] }),
  );
  await expect.poll(() => bench.device.done.length).toBe(1);
  await bench.clock.advance(1000);
  const answers = (await Promise.all(all)).filter((_, n) => n % 4 > 1);
  const ids = answers.map((text) => JSON.parse(text.slice(text.indexOf("\r\n\r\n"))).id);
  expect([ids.length, new Set(ids).size]).toEqual([50, 1]);
  expect(await invocations()).toMatchObject([{ id: ids[0], status: "completed" }]);
  expect(bench.device.done).toEqual([5]);
});

it("what cannot be read, after a request that has begun something, is not answered as if it were that one", async () => {
  const sent = { trailing: "\0", headers: { connection: "keep-alive" } };
  expect(await post("/doser/slow", { mL: 5 }, sent)).toBe("");
  await expect.poll(async () => (await invocations()).length).toBe(1);
  expect(await post("/doser/slow", { mL: 5 }, { headers: { "content-length": "x" } })).toContain(" 400 ");
});

describe("a connection on which nothing was ever asked", () => {
  it.each(["", "POST /doser/dose HTTP/1.1\r\nhost: "])("keeps no gateway from ending, with %j on it", async (begun) => {
    const socket = connect(Number(url.port), url.hostname);
    const left = new Promise((resolve) => socket.once("close", resolve).on("error", resolve));
    socket.write(begun);
    await expect.poll(connections).toBe(1);
    await bench.app.close();
    await left;
    expect(await connections()).toBe(0);
  });
});

describe("a connection that ends before anybody has asked whose it was", () => {
  const whoAsked = async () => (await invocations()).map(({ requestedBy }) => requestedBy);
  const unknown = () =>
    bench.app.server.prependListener("connection", (socket) =>
      Object.defineProperty(socket, "remoteAddress", { value: undefined }),
    );

  it("is told with its address", async () => {
    // It is hung up on for that, in the same turn of the event loop.
    await post("/doser/dose", { mL: 5 }, { trailing: "\0", headers: { connection: "keep-alive" } });
    await expect.poll(whoAsked).toEqual(["127.0.0.1"]);
  });

  it("keeps nobody from going on where even that is not known", async () => {
    unknown();
    expect(await post("/doser/dose", { mL: 5 })).toContain(" 201 ");
    expect(await post("/doser/dose", { mL: 5 })).toContain(" 201 ");
    expect(await whoAsked()).toEqual(["somebody who has gone", "somebody who has gone"]);
    const stopped = await fetch(new URL("/emergency_stop", url), { method: "POST" });
    expect(await stopped.json()).toMatchObject({ stopped: true, by: "somebody who has gone" });
  });

  it("starts nothing under a key, which would not be known again", async () => {
    unknown();
    expect(await post("/doser/dose", { mL: 5 }, { headers: { "idempotency-key": "k" } })).toContain(" 503 ");
    expect(bench.device.done).toEqual([]);
  });
});

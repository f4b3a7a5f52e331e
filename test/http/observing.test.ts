import pino from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseConfig } from "../../src/gateway/config/config.ts";
import { buildApp } from "../../src/http/app.ts";
import type { App } from "../../src/http/view.ts";
import { openGateway } from "../gateway/fixture.ts";
import { unhandledRejections } from "../unhandled.ts";
import { Listener } from "./event-stream.ts";
import { SocketClient } from "./socket-client.ts";

/** None of these drivers tells by itself of what changes. */
const benchFile = `things:
  stage: { driver: stage }
  pump: { driver: syringe-pump, config: { diameter: 26.59, syringeVolume: 60 } }
  balance: { driver: balance }
`;

const unhandled = unhandledRejections();
let bench: Awaited<ReturnType<typeof openGateway>>;
let app: App;
let origin: URL;
let left: (() => unknown)[];
beforeEach(async () => {
  left = [];
  bench = await openGateway(benchFile);
  const config = parseConfig(benchFile, "bench.yaml");
  await bench.clock.until(bench.gateway.thing("pump").write("rate", 5));
  app = await buildApp({ gateway: bench.gateway, config, log: pino({ level: "silent" }), clock: bench.processClock });
  origin = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
});
afterEach(async () => {
  for (const leave of left) leave();
  await app.close();
  await bench.clock.until(bench.gateway.close());
  expect([bench.clock.nextDue(), unhandled]).toEqual([undefined, []]);
});

/** Let seconds pass at the bench, one by one, and what changes meanwhile be told. */
async function pass(seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    await bench.clock.advance(1000);
    await bench.processClock.advance(100);
  }
}
const start = (thing: string, action: string, input: object) =>
  bench.gateway.thing(thing).invoke(action, input, { requestedBy: "test" });

async function listen(path: string): Promise<Listener> {
  const listener = new Listener(origin, path, { accept: "text/event-stream" });
  left.push(() => listener.leave());
  await expect.poll(() => listener.status).toBe(200);
  return listener;
}
const values = ({ messages }: Listener) => messages.map(({ data }) => JSON.parse(data));

async function watch(thing: string, ...properties: string[]): Promise<SocketClient> {
  const client = await SocketClient.open(`ws://${origin.host}/${thing}/ws`);
  left.push(() => client.socket.destroy());
  const data = Object.fromEntries(properties.map((name) => [name, true]));
  client.send({ messageType: "addPropertyObservation", data });
  await client.caughtUp();
  return client;
}

/** How often something is asked of a device in ten seconds. */
async function asked(thing: string): Promise<number> {
  const { recorder } = bench.gateway.thing(thing);
  const { next } = recorder;
  await pass(10);
  return recorder.entries().filter(({ seq, direction }) => seq >= next && direction === "sent").length;
}

describe("what a driver does not tell of by itself", () => {
  it("is told over a WebSocket: where the stage is, while it moves", async () => {
    const client = await watch("stage", "position", "moving");
    await pass(1);
    const move = start("stage", "move_relative", { x: 10_000 });
    await pass(20);
    expect(move.status).toBe("completed");
    await client.caughtUp();
    const told = client.received.map((text) => JSON.parse(text).data);
    const places = told.flatMap(({ position }) => (position ? [position.x] : []));
    expect(places.length).toBeGreaterThan(3);
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    expect(places.at(-1)).toBe(10_000);
    expect(told.flatMap(({ moving }) => moving ?? [])).toEqual([true, false]);
  });

  it("is told by Server-Sent Events: what lies on the balance, as the pump delivers", async () => {
    const one = await listen("/things/balance/properties/weight");
    const all = await listen("/things/balance/properties");
    await pass(1);
    start("pump", "dispense", { volume: 1 });
    await pass(30);
    await expect.poll(() => values(one).length).toBeGreaterThan(3);
    expect(values(one).at(-1).value).toBeCloseTo(1, 1);
    expect(all.messages).toEqual(one.messages);
  });

  it("is told by long polls: what the pump does, and then that it rests", async () => {
    const poll = async (path: string) => {
      const answer = await fetch(new URL(path, origin));
      const [, next = ""] = /<([^>]*)>/.exec(answer.headers.get("link") ?? "") ?? [];
      return { value: await answer.json(), next };
    };
    const first = poll("/things/pump/properties/state?wait=60");
    await expect.poll(() => asked("pump")).toBeGreaterThanOrEqual(10);
    start("pump", "dispense", { volume: 1 });
    await pass(2);
    const { value, next } = await first;
    const second = poll(next);
    await pass(60);
    expect([value, (await second).value]).toEqual(["infusing", "stopped"]);
  });

  it("is told among all events to who asks for the properties of that Thing, and is read for nobody else", async () => {
    const everything = await listen("/events");
    const kind = await listen("/events?kind=property");
    const thing = await listen("/events?thing=stage");
    expect(await asked("stage")).toBe(0);
    const both = await listen("/events?thing=stage&kind=property&kind=log");
    start("stage", "move_relative", { x: 3000 });
    await pass(10);
    for (const listener of [everything, kind, thing, both])
      await expect
        .poll(() =>
          values(listener)
            .filter(({ name }) => name === "position")
            .at(-1),
        )
        .toMatchObject({ thing: "stage", value: { x: 3000 } });
  });
});

describe("a device of which nobody observes anything", () => {
  it("is asked nothing", async () => {
    for (const thing of ["stage", "balance"]) expect(await asked(thing)).toBe(0);
  });

  it.each<[string, () => Promise<() => unknown>]>([
    [
      "whoever had a WebSocket has left",
      async () => {
        const { socket } = await watch("stage", "position");
        return () => socket.destroy();
      },
    ],
    [
      "whoever has a WebSocket wants to hear of it no longer",
      async () => {
        const client = await watch("stage", "position");
        return () => client.send({ messageType: "removePropertyObservation", data: { position: true } });
      },
    ],
    [
      "whoever heard of one property by Server-Sent Events has left",
      () => listens("/things/stage/properties/position"),
    ],
    ["whoever heard of all properties by Server-Sent Events has left", () => listens("/things/stage/properties")],
    ["whoever heard of its events has left", () => listens("/events?thing=stage&kind=property")],
    [
      "whoever waited has left",
      async () => {
        const waiting = new Listener(origin, "/things/stage/properties/position?wait=3000");
        return () => waiting.leave();
      },
    ],
  ])("is asked nothing any more when %s", async (_, come) => {
    const leave = await come();
    await expect.poll(() => asked("stage")).toBeGreaterThanOrEqual(10);
    leave();
    await expect.poll(() => asked("stage")).toBe(0);
  });
});

const listens = async (path: string) => {
  const listener = await listen(path);
  return () => listener.leave();
};

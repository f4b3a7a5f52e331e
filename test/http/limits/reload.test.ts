import { EventEmitter } from "node:events";
import pino from "pino";
import { expect, onTestFinished, test } from "vitest";
import { DiscreteClock } from "../../../src/discrete-clock.ts";
import { type AppOptions, buildApp } from "../../../src/http/app.ts";
import { Bites } from "../../../src/http/limits/bites.ts";
import { Connections } from "../../../src/http/limits/connections.ts";
import { Decaying } from "../../../src/http/limits/decaying.ts";
import { openReloadable } from "../../gateway/reload/reloaded.ts";

const bench = (limits: string) => `${limits}\nthings:\n  a: { driver: counter }\n`;
const of = (most: number) => bench(`limits: { requestsPerSecond: ${most} }`);

async function serve(text: string, more: Pick<AppOptions, "identify"> = {}) {
  const reloadable = await openReloadable(text);
  const { gateway } = reloadable;
  const clock = new DiscreteClock();
  const log = pino({ level: "silent" });
  const app = await buildApp({ gateway, config: gateway.config, log, clock, ...more });
  onTestFinished(async () => {
    await app.close();
    await reloadable.close();
  });
  const often = async (count: number) => {
    const statuses: number[] = [];
    for (let n = 0; n < count; n++) statuses.push((await app.inject("/thing_states")).statusCode);
    return statuses.filter((status) => status === 429).length;
  };
  const limitsOf = () => {
    const settings = gateway.settings().filter(({ path }) => path.startsWith("/limits/"));
    return Object.fromEntries(settings.map(({ path, value, from }) => [path.slice(8), [value, from]]));
  };
  return { ...reloadable, clock, often, limitsOf };
}

test("rates hold from the reload on, up and down, and who asked much before does not wait for that", async () => {
  const { clock, often, reload, limitsOf } = await serve(of(10));
  expect(await often(21)).toBe(1);
  expect(await reload(of(15))).toMatchObject({ sections: ["limits"], needsRestart: [], kept: ["a"] });
  expect(limitsOf()).toMatchObject({ requestsPerSecond: [15, "file"], connections: [2000, "default"] });
  expect(await often(11)).toBe(1);
  await reload(of(10));
  // As if those had been 20, and not 30.
  await clock.advance(1000);
  expect(await often(11)).toBe(1);
  // Nobody has said how often this machine may ask.
  await reload(bench(""));
  expect(await often(60)).toBe(0);
});

test("requests without a right token are bounded by what was read last", async () => {
  const nobody = { identify: () => undefined };
  const { often, reload } = await serve(bench("limits: { failuresPerMinute: 5 }"), nobody);
  expect(await often(7)).toBe(2);
  await reload(bench("limits: { failuresPerMinute: 8 }"));
  expect(await often(7)).toBe(4);
});

test("for how long a request may take to arrive waits for a restart, and is told by where it stands", async () => {
  const { reload, limitsOf } = await serve(bench("limits: { requestSeconds: 20 }"));
  const both = bench("limits: { requestSeconds: 10, connections: 50 }");
  expect(await reload(both)).toMatchObject({ sections: ["limits"], needsRestart: ["limits.requestSeconds"] });
  expect(limitsOf()).toMatchObject({ requestSeconds: [20, "file"], connections: [50, "file"] });
  const alone = bench("limits: { requestSeconds: 10, connections: 50 }\n");
  expect(await reload(alone)).toMatchObject({ sections: [], needsRestart: ["limits.requestSeconds"] });
  expect(await reload(bench(""))).toMatchObject({ sections: ["limits"], needsRestart: ["limits.requestSeconds"] });
  expect(limitsOf()).toMatchObject({ requestSeconds: [20, "file"], connections: [2000, "default"] });
});

test("a bound that falls far below what was asked is waited for only as long as it says itself", async () => {
  const clock = new DiscreteClock();
  let max = 100_000;
  const asked = new Decaying(clock, () => max, 2000);
  for (let n = 0; n < 50_000; n++) asked.count("a");
  max = 20;
  expect(asked.count("a")).toBe(100);
});

test("where fewer connections may be, those that are there stay until somebody needs their place", () => {
  class Peer extends EventEmitter {
    readonly remoteAddress: string;
    readonly remotePort: number;
    ended = false;
    constructor(address: string, port: number) {
      super();
      this.remoteAddress = address;
      this.remotePort = port;
    }
    destroy() {
      this.ended = true;
      this.emit("close");
    }
  }
  const limits = { connections: 4 };
  const bites = new Bites(new DiscreteClock(), { warn() {} });
  const connections = new Connections(limits, bites);
  const server = new EventEmitter();
  connections.watch({ server, addHook() {} } as unknown as Parameters<Connections["watch"]>[0]);
  const connect = (address: string, port: number) => {
    const peer = new Peer(address, port);
    server.emit("connection", peer);
    return peer;
  };
  const before = [1, 2, 3, 4].map((port) => connect("192.0.2.1", port));
  limits.connections = 2;
  expect(connections.size).toBe(4);
  const late = connect("192.0.2.2", 9);
  expect([late.ended, connections.size, before.filter(({ ended }) => ended).length]).toEqual([false, 4, 1]);
  before.at(-1)?.destroy();
  before.at(-2)?.destroy();
  limits.connections = 3;
  expect([connect("192.0.2.3", 9).ended, connections.size]).toEqual([false, 3]);
});

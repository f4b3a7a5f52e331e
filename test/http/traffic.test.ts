import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import counter from "../../drivers/counter.ts";
import pump from "../../drivers/syringe-pump.ts";
import pumpTwin from "../../hardware-mocks/syringe-pump.ts";
import { DiscreteClock, settled } from "../../src/discrete-clock.ts";
import { buildApp } from "../../src/http/app.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineThing } from "../../src/thing/define.ts";
import { Type } from "../../src/typebox.ts";
import { byHeader, whoHeader } from "../access/asking.ts";

const caller = defineThing({
  title: "Caller",
  config: Type.Object({}),
  uses: { pump },
  actions: { go: { title: "Go" } },
  async open({ things }) {
    return { invoke: { go: async () => void (await things.pump.invoke.dispense({ volume: 0.1 })) } };
  },
});

const openStand = async () => {
  const clientClock = new DiscreteClock();
  const bench = await openBench({
    pump: { definition: pump, twin: pumpTwin, config: { diameter: 26.59, syringeVolume: 60 } },
    caller: { definition: caller, uses: { pump: "pump" } },
    counter: { definition: counter },
  });
  await bench.write("pump", "rate", 10);
  const app = await buildApp({
    gateway: bench.gateway,
    config: { listen: { host: "127.0.0.1" }, allowedHosts: [], prefix: "" },
    log: pino({ level: "silent" }),
    clock: clientClock,
    identify: byHeader({ boss: [{ scope: "admin" }], guest: [{ scope: "read", things: ["pump"] }] }),
  });
  const ask = (query = "", who = "boss", thing = "pump") =>
    app.inject({ url: `/gateway/traffic/${thing}${query}`, headers: { [whoHeader]: who } });
  /** So many wait by now. */
  const waiting = async (count: number) => {
    const waits = () => app.inject({ url: "/metrics", headers: { [whoHeader]: "boss" } });
    while (!(await waits()).body.includes(`benchd_waiting_requests ${count}\n`)) await settled();
  };
  return { bench, app, ask, clientClock, waiting };
};
let stand: Awaited<ReturnType<typeof openStand>>;
beforeEach(async () => {
  stand = await openStand();
});
afterEach(async () => {
  await stand.app.close();
  await stand.bench.close();
});

interface Page {
  readonly lines: readonly { readonly direction: string; readonly text: string; readonly invocation: string | null }[];
  readonly next: number;
}

test("what goes over the wire of a Thing is told with the invocation that it was for", async () => {
  const { bench, ask } = stand;
  const { id } = await bench.run("pump", "dispense", { volume: 0.1 });
  const { lines } = (await ask("?limit=1000")).json() as Page;
  expect(lines.find(({ text }) => text.includes("RUN"))).toEqual({
    seq: expect.any(Number),
    at: expect.stringMatching(/Z$/),
    direction: "sent",
    text: expect.stringContaining("RUN"),
    invocation: id,
  });
  expect(lines.some(({ direction, invocation }) => direction === "received" && invocation === null)).toBe(true);
  expect((await ask("", "boss", "counter")).json()).toEqual({ lines: [], next: 0, dropped: 0 });
  expect((await ask("?limit=0")).statusCode).toBe(422);
});

test("whoever may not read the Thing that has called this one is not told of its invocation", async () => {
  const { bench, ask } = stand;
  const { id } = await bench.run("caller", "go");
  expect((await ask("?limit=1000")).body).toContain(id);
  const { lines } = (await ask("?limit=1000", "guest")).json() as Page;
  expect(lines.some(({ text }) => text.includes("RUN"))).toBe(true);
  expect(lines.some(({ invocation }) => invocation === id)).toBe(false);
  expect((await ask("", "guest", "counter")).statusCode).toBe(404);
});

test("somebody who waits is answered when something goes over it, with what comes right after; or when his time is over", async () => {
  const { bench, ask, clientClock, waiting } = stand;
  const { next } = (await ask()).json() as Page;
  let answered = false;
  const asked = ask(`?after=${next}&wait=30`).then((answer) => {
    answered = true;
    return answer.json() as Page;
  });
  await waiting(1);
  await clientClock.advance(10_000);
  expect(answered).toBe(false);
  await bench.read("pump", "state");
  await settled();
  await clientClock.advance(49);
  expect(answered).toBe(false);
  await clientClock.advance(1);
  const page = await asked;
  expect(page.lines.map(({ direction }) => direction)).toEqual(["sent", "received"]);
  const late = ask(`?after=${page.next}&wait=600`);
  await waiting(1);
  await clientClock.advance(30_000);
  await waiting(1);
  await clientClock.advance(50);
  expect((await late).json()).toEqual({ lines: [], next: page.next, dropped: 0 });
});

test("who waits is sent home when the gateway closes, and of those who wait there are only so many", async () => {
  const { app, ask, waiting } = stand;
  const { next } = (await ask()).json() as Page;
  const asked = Array.from({ length: 500 }, () => ask(`?after=${next}&wait=30`));
  await waiting(500);
  const refused = await ask(`?after=${next}&wait=30`);
  expect([refused.statusCode, refused.json().detail]).toEqual([503, expect.stringContaining("too many wait")]);
  expect((await ask(`?after=${next}`)).statusCode).toBe(200);
  await app.close();
  const answers = await Promise.all(asked);
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
});

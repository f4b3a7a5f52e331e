import { Type } from "typebox";
import { afterEach, beforeEach, expect, test } from "vitest";
import { log, report, sleep } from "../../src/ambient.ts";
import { type BenchEvent, concerns, type NumberedEvent } from "../../src/events/event.ts";
import { defineThing } from "../../src/thing/define.ts";
import { unhandledRejections } from "../unhandled.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";
import { Judge } from "./event-judge.ts";
import { Listener } from "./event-stream.ts";

const clients = 20;
const drops = 1000;

/** A Thing that always has something to tell. */
const busy = defineThing({
  title: "Busy",
  config: Type.Object({}),
  properties: { level: { title: "Level", schema: Type.Integer(), readOnly: true, pollMs: 5 } },
  actions: { work: { title: "Tell of progress" } },
  async open() {
    let level = 0;
    return {
      read: { level: () => level++ },
      invoke: {
        async work() {
          for (let done = 1; done <= 20; done++, await sleep(2)) {
            report({ done, of: 20 });
            log(`${done} of 20`);
          }
        },
      },
    };
  },
});

const unhandled = unhandledRejections();
let bench: CounterBench;
let origin: URL;
beforeEach(async () => {
  bench = await openCounterBench({ drivers: { busy } });
  origin = new URL(await bench.app.listen({ host: "127.0.0.1", port: 0 }));
});
afterEach(async () => {
  await bench.close();
  expect(unhandled).toEqual([]);
});

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Sockets have their own mind: no seed would bring the same again. */
const random = (below: number) => Math.floor(below * Math.random());

const filters: readonly (readonly [query: string, wants: (event: BenchEvent) => boolean])[] = [
  ["", () => true],
  ["?thing=busy", (event) => concerns(event, "busy")],
  ["?kind=invocation&kind=log", ({ kind }) => kind === "invocation" || kind === "log"],
];

test(`clients that drop and resume ${drops} times at random under load are told of every event once and in order`, async () => {
  const { gateway, clock, processClock } = bench;
  const happened: NumberedEvent[] = [...gateway.events.after(0).events];
  gateway.events.listen((told) => happened.push(told));
  let going = true;
  const work = async () => {
    for (let n = 0; going; n++) {
      const invoke = (thing: string, action: string) =>
        gateway.thing(thing).invoke(action, {}, { requestedBy: "a test" });
      const running = invoke("busy", "work");
      while (running.endedAt === undefined) {
        const quick = [invoke("counter", "noop"), invoke("helper", "noop"), invoke("counter", "noop")];
        await processClock.advance(50);
        await clock.advance(5);
        await Promise.all(quick.map(({ ended }) => ended));
      }
      if (n % 5 === 0) gateway.events.add({ kind: "event", thing: "busy", name: "full", data: "x".repeat(50_000) });
    }
  };
  const client = async (n: number) => {
    const [query, wants] = filters[n % filters.length] ?? ["", () => true];
    let id = `${gateway.events.epoch}-${gateway.events.last}`;
    const judge = new Judge(happened, gateway.events.last, wants);
    const listen = () =>
      new Listener(origin, `/events${query}`, { "last-event-id": id }, (told, message) => {
        judge.hear(told, message);
        id = told;
      });
    for (let drop = 0; drop < drops / clients; drop++) {
      const listener = listen();
      // Before it is answered, in the middle, or not reading for a while.
      const turns = random(40);
      const deaf = random(4) === 0;
      for (let passed = 0; passed < turns; passed++) {
        await turn();
        if (deaf && passed === 10) listener.socket.pause();
      }
      await listener.leave();
    }
    return { judge, listen };
  };
  const worked = work();
  const all = await Promise.all(Array.from({ length: clients }, (_, n) => client(n)));
  going = false;
  await worked;
  for (const { judge, listen } of all) {
    const listener = listen();
    await expect.poll(() => judge.owed).toBe(0);
    await listener.leave();
  }
  const told = all.map(({ judge }) => judge.told);
  expect(all.flatMap(({ judge }) => judge.faults)).toEqual([]);
  expect([all.map(({ judge }) => judge.gaps), Math.min(...told) > 100]).toEqual([Array(clients).fill(0), true]);
});

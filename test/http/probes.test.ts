import { Type } from "typebox";
import { afterEach, beforeEach, expect, test } from "vitest";
import { log, sleep } from "../../src/ambient.ts";
import { defineThing } from "../../src/thing/define.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

/** What LabThings was probed with: slow, talkative, stuck, deaf and careless. */
const probe = defineThing({
  title: "Probe",
  config: Type.Object({}),
  properties: {
    slow: { title: "Read in 3 s", schema: Type.Integer(), readOnly: true },
    quick: { title: "Read at once", schema: Type.Integer(), readOnly: true },
  },
  actions: {
    talk: { title: "Log 2000 lines" },
    stick: { title: "Never end, whatever happens" },
    ignore: { title: "Go on, whatever happens" },
    nap: { title: "Sleep for 6 s" },
    quit: { title: "Throw what is no error" },
  },
  async open() {
    return {
      read: {
        slow: async () => {
          await sleep(3000);
          return 1;
        },
        quick: () => 2,
      },
      invoke: {
        talk() {
          for (let n = 0; n < 2000; n++) log(`line ${n} of some output from the instrument`);
        },
        stick: () => new Promise<void>(() => {}),
        async ignore() {
          for (;;) await sleep(100).catch(() => {});
        },
        nap: () => sleep(6000),
        quit() {
          throw 1;
        },
      },
    };
  },
});

let bench: CounterBench;
beforeEach(async () => {
  bench = await openCounterBench({ drivers: { probe } });
});
afterEach(() => bench.close());

const ask = async (method: "GET" | "POST" | "DELETE", url: string) => {
  const answer = await bench.app.inject({ method, url, headers: { prefer: "respond-async" } });
  return { status: answer.statusCode, body: answer.json() };
};
const invoke = async (action: string, thing = "probe") => (await ask("POST", `/${thing}/${action}`)).body;
const poll = async ({ id }: { id: string }) => (await ask("GET", `/action_invocations/${id}`)).body;
const cancel = async ({ id }: { id: string }) => (await ask("DELETE", `/action_invocations/${id}`)).status;

test("P1: whoever is told that an invocation has completed is told when", async () => {
  for (let n = 0; n < 100; n++) {
    const posted = invoke("noop", "counter");
    const seen = [await posted, await poll(await posted), await poll(await posted)];
    for (const { status, timeCompleted } of seen) expect(status === "completed").toBe(timeCompleted !== null);
  }
});

test("P2: no cancel that follows at once is lost", async () => {
  for (let n = 0; n < 150; n++) {
    const posted = await invoke("nap");
    expect(await cancel(posted)).toBe(200);
    await bench.clock.advance(0);
    expect((await poll(posted)).status).toBe("cancelled");
  }
});

test("P6, P6b: readings that take long keep nobody else waiting", async () => {
  const nap = await invoke("nap");
  let read = 0;
  const slow = Array.from({ length: 45 }, () => ask("GET", "/probe/slow").finally(() => read++));
  const others = [
    (await ask("GET", "/probe/quick")).body,
    (await ask("GET", "/probe/")).status,
    (await ask("POST", "/counter/noop")).status,
    await cancel(nap),
  ];
  expect([read, ...others]).toEqual([0, 2, 200, 201, 200]);
  await bench.clock.advance(3000);
  expect((await Promise.all(slow)).map(({ body }) => body)).toEqual(slow.map(() => 1));
});

test("P8: of a log of 2000 lines the last 1000 are told", async () => {
  const { log: lines } = await poll(await invoke("talk"));
  expect([lines.length, lines[0].message]).toEqual([1000, "line 1000 of some output from the instrument"]);
});

test("P11: what ends in an unforeseen way has ended, and cannot be cancelled any more", async () => {
  const posted = await invoke("quit");
  await bench.clock.advance(0);
  expect(await poll(posted)).toMatchObject({ status: "error", timeCompleted: expect.any(String) });
  expect(await cancel(posted)).toBe(409);
});

test.each([
  ["P17", "stick"],
  ["P18", "ignore"],
])("%s: what takes no notice of its cancel is cut off when its grace is over", async (_, action) => {
  const posted = await invoke(action);
  expect(await cancel(posted)).toBe(200);
  await bench.clock.advance(4999);
  expect((await poll(posted)).status).toBe("running");
  await bench.clock.advance(1);
  expect(await poll(posted)).toMatchObject({ status: "cancelled", forced: true, outcome: "unknown" });
});

test("P19: a sleep ends with its cancel", async () => {
  const { id } = await invoke("nap");
  expect((await ask("DELETE", `/actions/${id}?timeout=1`)).body.status).toBe("cancelled");
  expect(bench.clock.now()).toBe(0);
});

import { Type } from "typebox";
import { afterEach, expect, test } from "vitest";
import balance from "../../drivers/balance.ts";
import dispenser from "../../drivers/dispenser.ts";
import pump from "../../drivers/syringe-pump.ts";
import balanceTwin from "../../hardware-mocks/balance.ts";
import pumpTwin from "../../hardware-mocks/syringe-pump.ts";
import { deliver, log, report, sleep } from "../../src/ambient.ts";
import type { BenchEvent, EventKind } from "../../src/events/event.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineThing } from "../../src/thing/define.ts";
import { openGateway } from "../gateway/fixture.ts";
import { unhandledRejections } from "../unhandled.ts";

const unhandled = unhandledRejections();
afterEach(() => expect(unhandled).toEqual([]));

/** A Thing that does in each of its actions one thing that is told. */
const teller = defineThing({
  title: "Teller",
  config: Type.Object({}),
  properties: {
    level: { title: "Level", schema: Type.Integer(), concurrent: true },
    depth: { title: "Depth", schema: Type.Integer(), readOnly: true, pollMs: 100 },
  },
  actions: {
    count: { title: "Report progress often", input: Type.Object({ times: Type.Integer() }) },
    talk: { title: "Log often", input: Type.Object({ times: Type.Integer(), length: Type.Integer({ default: 10 }) }) },
    pour: { title: "Deliver" },
    fail: { title: "Fail" },
    wait: { title: "Wait" },
  },
  events: { full: { title: "It is full", data: Type.Object({ level: Type.Integer() }) } },
  async open({ emit }) {
    let level = 0;
    let depth = 0;
    return {
      read: { level: () => level, depth: () => Math.floor(depth++ / 2) },
      write: {
        level(value) {
          level = value;
          if (level >= 100) emit("full", { level });
        },
      },
      invoke: {
        async count({ times }) {
          for (let done = 1; done <= times; done++) {
            report({ done, of: 2 * times });
            if (done % 10 === 0) await sleep(1);
          }
        },
        talk({ times, length }) {
          for (let n = 0; n < times; n++) log(`${n} `.padEnd(length, "x"));
        },
        async pour() {
          for (let mL = 1; mL <= 3; mL++) deliver({ unit: "mL", requested: 3, confirmed: mL });
          await sleep(10);
        },
        fail() {
          throw new Error("w".repeat(1000));
        },
        wait: () => sleep(1000),
      },
    };
  },
});

async function tellerBench() {
  const bench = await openBench({ teller: { definition: teller } });
  const { events } = bench.gateway;
  const from = events.last;
  const all = (): readonly BenchEvent[] => events.after(from).events.map(({ event }) => event);
  const of = <K extends EventKind>(kind: K) =>
    all().filter((event): event is Extract<BenchEvent, { kind: K }> => event.kind === kind);
  return { bench, events, all, of };
}

test("the states of a Thing are told from its opening on", async () => {
  const { gateway, clock } = await openGateway("things: { counter: { driver: counter } }");
  await clock.until(gateway.close());
  expect(gateway.events.after(0).events.map(({ event }) => event)).toEqual([
    { kind: "thingState", thing: "counter", state: "opening", reason: null },
    { kind: "thingState", thing: "counter", state: "ready", reason: null },
    { kind: "thingState", thing: "counter", state: "closed", reason: null },
  ]);
});

test("an invocation is told with each status, the first before it runs", async () => {
  const { bench, of } = await tellerBench();
  const { id, seq } = await bench.run("teller", "wait");
  const told = { kind: "invocation", thing: "teller", action: "wait", id, seq, requestedBy: "test", progress: null };
  const well = { reason: null, outcome: null, forced: false, error: null };
  expect(of("invocation")).toEqual(["pending", "running", "completed"].map((status) => ({ ...told, status, ...well })));
  await bench.close();
});

test("one that is cancelled says why, one that fails how, in words that are not too long", async () => {
  const { bench, of } = await tellerBench();
  const [running, waiting] = [bench.start("teller", "wait"), bench.start("teller", "wait")];
  for (const one of [waiting, running]) await bench.cancel(one);
  await bench.ended(running);
  await bench.run("teller", "fail");
  const ends = of("invocation").filter(({ status }) => status === "cancelled" || status === "error");
  expect(ends).toMatchObject([
    { id: waiting.id, status: "cancelled", reason: "client", error: { code: "BENCHD_INVOCATION_CANCELLED" } },
    { id: running.id, status: "cancelled", reason: "client" },
    { status: "error", error: { code: null, message: "w".repeat(500) } },
  ]);
  await bench.close();
});

test("the next in the lane is told to run after the end of the one before", async () => {
  const { bench, of } = await tellerBench();
  const [first, second] = [bench.start("teller", "wait"), bench.start("teller", "wait")];
  await bench.ended(second);
  const told = of("invocation").map(({ id, status }) => [id === first.id ? "first" : "second", status]);
  expect(told).toEqual([
    ["first", "pending"],
    ["first", "running"],
    ["second", "pending"],
    ["first", "completed"],
    ["second", "running"],
    ["second", "completed"],
  ]);
  await bench.close();
});

test("F30: progress that is reported ten thousand times is told seldom, its last value before the end", async () => {
  const { bench, of, all } = await tellerBench();
  const { id } = await bench.run("teller", "count", { times: 10_000 });
  expect(of("progress").map(({ progress }) => progress)).toEqual([0.01, 100]);
  const own = all().filter((event) => "id" in event && event.id === id);
  expect(own.map(({ kind }) => kind)).toEqual(["invocation", "invocation", "progress", "progress", "invocation"]);
  expect(own.at(-1)).toMatchObject({ status: "completed", progress: 100 });
  await bench.close();
});

test("lines of a log are told together, each once; of too many the latest, with how many are left out", async () => {
  const { bench, of } = await tellerBench();
  await bench.run("teller", "talk", { times: 100 });
  const lines = of("log").flatMap((event) => event.lines);
  expect(lines.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, n) => n));
  expect(lines[5]).toMatchObject({ level: "info", thing: "teller", message: "5 xxxxxxxx" });
  expect(of("log").map(({ dropped }) => dropped)).toEqual([0, 0]);
  await bench.run("teller", "talk", { times: 5000, length: 1000 });
  const [, , first, second] = of("log");
  expect([first?.lines.length, second?.lines.length, second?.dropped]).toEqual([1, 16, 4983]);
  expect(second?.lines.at(-1)).toMatchObject({ seq: 4999 });
  await bench.close();
});

test("what has been delivered is told as it becomes more, the whole of it before the end", async () => {
  const { bench, of, all } = await tellerBench();
  await bench.run("teller", "pour");
  expect(of("delivery").map(({ delivery }) => delivery.map(({ confirmed }) => confirmed))).toEqual([[1], [3]]);
  expect(all().at(-1)).toMatchObject({ kind: "invocation", status: "completed" });
  await bench.close();
});

test("a property is told when it is written, or polled and found to be another", async () => {
  const { bench, of } = await tellerBench();
  const levels = () => of("property").flatMap(({ name, value }) => (name === "level" ? [value] : []));
  for (const level of [1, 2, 3]) await bench.write("teller", "level", level);
  expect(levels()).toEqual([1]);
  await bench.run("teller", "wait");
  expect(levels()).toEqual([1, 3]);
  await bench.clock.advance(1000);
  await bench.run("teller", "wait");
  const depths = of("property").flatMap(({ name, value }) => (name === "depth" ? [value] : []));
  expect(depths.length).toBeGreaterThan(1);
  expect(new Set(depths).size).toBe(depths.length);
  await bench.close();
});

test("an event of a driver is told after what has changed before it", async () => {
  const { bench, all } = await tellerBench();
  for (const level of [1, 2, 100]) await bench.write("teller", "level", level);
  expect(all().filter(({ kind }) => kind === "event" || kind === "property")).toEqual([
    { kind: "property", thing: "teller", name: "level", value: 1 },
    { kind: "property", thing: "teller", name: "level", value: 2 },
    { kind: "event", thing: "teller", name: "full", data: { level: 100 } },
  ]);
  await bench.close();
});

test("the steps of an invocation are told as they begin, go on and end, none that is as it was", async () => {
  const bench = await openBench({
    pump: { definition: pump, twin: pumpTwin, config: { diameter: 26.59, syringeVolume: 60 } },
    balance: { definition: balance, twin: balanceTwin },
    dispenser: { definition: dispenser, uses: { pump: "pump", balance: "balance" } },
  });
  const from = bench.gateway.events.last;
  const run = await bench.run("dispenser", "dose", { mass: 0.5 });
  expect(run.status).toBe("completed");
  const events = bench.gateway.events.after(from).events.map(({ event }) => event);
  const last = new Map<number, string>();
  for (const event of events) {
    if (event.kind !== "steps") continue;
    expect(event.id).toBe(run.id);
    for (const { n, status, progress } of event.steps) {
      expect(last.get(n)).not.toBe(`${status} ${progress}`);
      last.set(n, `${status} ${progress}`);
    }
  }
  expect([...last.entries()]).toEqual(run.steps.map(({ n, status, progress }) => [n, `${status} ${progress}`]));
  expect(last.size).toBeGreaterThan(2);
  await bench.close();
});

test("an observer that throws, blocks or never answers changes nothing of what runs", async () => {
  const { bench, events, of } = await tellerBench();
  const heard: number[] = [];
  events.listen(() => {
    throw new Error("an observer is broken");
  });
  events.listen(() => new Promise(() => {}));
  events.listen(() => {
    for (const until = performance.now() + 2; performance.now() < until; );
  });
  events.listen(({ number }) => heard.push(number));
  const from = events.last;
  const { status } = await bench.run("teller", "count", { times: 100 });
  expect(status).toBe("completed");
  expect(of("invocation").map((one) => one.status)).toEqual(["pending", "running", "completed"]);
  expect(heard).toEqual(heard.map((_, n) => from + 1 + n));
  expect(bench.logged.filter((line) => line.includes("an observer is broken"))).toHaveLength(heard.length);
  await bench.close();
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Type } from "typebox";
import { afterEach, expect, test, vi } from "vitest";
import counter from "../../drivers/counter.ts";
import pump from "../../drivers/syringe-pump.ts";
import pumpTwin from "../../hardware-mocks/syringe-pump.ts";
import { ask, shield, sleep } from "../../src/ambient.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import type { Bar, BarPart } from "../../src/gateway/timeline/bar.ts";
import type { TimelineFilter } from "../../src/gateway/timeline/timeline.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineThing } from "../../src/thing/define.ts";

afterEach(() => vi.useRealTimers());

const onBus = (address: number) =>
  ({
    definition: pump,
    twin: pumpTwin,
    bus: "rs485",
    config: { address, diameter: 26.59, syringeVolume: 60 },
  }) as const;

/** Uses a pump without reserving it, asks somebody, and parks when it is cancelled. */
const helper = defineThing({
  title: "Helper",
  config: Type.Object({}),
  uses: { pump },
  actions: { go: { title: "Go" }, inquire: { title: "Inquire" }, hold: { title: "Hold" } },
  async open({ things }) {
    return {
      invoke: {
        go: async () => void (await things.pump.invoke.dispense({ volume: 0.5 })),
        async inquire() {
          await sleep(100);
          await ask({ message: "Ready?" });
          await sleep(100);
        },
        async hold() {
          try {
            await sleep(60_000);
          } finally {
            await shield(() => sleep(700));
          }
        },
      },
    };
  },
});

/** One clock for bench and process. */
async function open(options: { readonly stateDirectory?: string } = {}) {
  const clock = new DiscreteClock();
  const bench = await openBench(
    {
      left: onBus(0),
      right: onBus(1),
      helper: { definition: helper, uses: { pump: "left" } },
      counter: { definition: counter },
    },
    { clock, processClock: clock, ...options },
  );
  const timeline = async (filter: Partial<TimelineFilter> = {}) => {
    const all = { since: 0, until: Number.POSITIVE_INFINITY, limit: 500, names: undefined, sees: () => true };
    return bench.gateway.timeline.of({ ...all, ...filter });
  };
  return { ...bench, bench, timeline };
}

const only = (bars: readonly Bar[], thing: string, action: string): Bar => {
  const found = bars.filter(({ record }) => record.thing === thing && record.action === action);
  if (found.length !== 1 || !found[0]) throw new Error(`there are ${found.length} of ${thing}/${action}`);
  return found[0];
};
const kinds = ({ parts }: Bar) => parts.map(({ kind, thing = "" }) => `${kind} ${thing}`.trim());
const lasted = ({ from, to = Number.NaN }: BarPart) => to - from;

/** No part is outside its invocation, or ends before it begins; nor does anything begin before it was asked for. */
function assertInOrder(bars: readonly Bar[]) {
  for (const { requestedAt, startedAt = requestedAt, endedAt = Number.POSITIVE_INFINITY, parts } of bars) {
    expect(startedAt).toBeGreaterThanOrEqual(requestedAt);
    expect(endedAt).toBeGreaterThanOrEqual(startedAt);
    for (const { from, to = endedAt } of parts) {
      expect(from).toBeGreaterThanOrEqual(requestedAt);
      expect(to).toBeGreaterThanOrEqual(from);
      expect(to).toBeLessThanOrEqual(endedAt);
    }
  }
}

test("what waits for its lane, for a wire that another Thing uses, and for a Thing that it calls, is told as such", async () => {
  const { bench, timeline } = await open();
  for (const name of ["left", "right"] as const) await bench.write(name, "rate", 10);
  const doses = [bench.start("left", "dispense", { volume: 1 }), bench.start("right", "dispense", { volume: 1 })];
  const later = [bench.start("right", "dispense", { volume: 0.2 }), bench.start("helper", "go")];
  for (const one of [...doses, ...later]) await bench.ended(one);
  const { bars, truncated } = await timeline();
  assertInOrder(bars);
  expect([bars.length, truncated]).toEqual([4, false]);
  const [left, right, second] = bars.filter(({ record }) => record.action === "dispense");
  expect([left, right].map((bar) => bar && new Set(kinds(bar)))).toEqual([new Set(["wire"]), new Set(["wire"])]);
  for (const part of left?.parts ?? []) expect(lasted(part)).toBeGreaterThanOrEqual(10);
  expect(second?.parts[0]).toMatchObject({ kind: "queued", from: second?.requestedAt, to: second?.startedAt });
  expect(second?.record.waitedMs).toBeGreaterThan(1000);
  const went = only(bars, "helper", "go");
  const [queued, step] = went.parts.filter(({ kind }) => kind !== "wire");
  expect(queued).toMatchObject({ kind: "queued", thing: "left", n: 0, to: step?.from });
  expect(step).toMatchObject({ kind: "step", thing: "left", action: "dispense", n: 0, status: "completed" });
  expect(queued?.to).toBe(left?.endedAt);
  await bench.close();
});

test("whoever waits for a wire waits until his bytes leave, and no longer", async () => {
  const { bench } = await open();
  for (const name of ["left", "right"] as const) await bench.write(name, "rate", 10);
  const doses = [bench.start("left", "dispense", { volume: 0.5 }), bench.start("right", "dispense", { volume: 0.5 })];
  for (const dose of doses) {
    await bench.ended(dose);
    const entries = bench.gateway.thing(dose.thing).recorder.entries();
    const sent = new Set(entries.flatMap(({ at, direction }) => (direction === "sent" ? [at] : [])));
    const ends = dose.trace.spans("wire").map(({ to = Number.NaN }) => to);
    expect(ends.length).toBeGreaterThan(0);
    expect(ends.filter((to) => !sent.has(to))).toEqual([]);
  }
  await bench.close();
});

test("on a wire of its own nothing waits", async () => {
  const bench = await openBench({
    pump: { definition: pump, twin: pumpTwin, config: { diameter: 26.59, syringeVolume: 60 } },
  });
  await bench.write("pump", "rate", 10);
  const { trace } = await bench.run("pump", "dispense", { volume: 1 });
  expect(trace.spans("wire")).toEqual([]);
  await bench.close();
});

test("while somebody is asked, and from a cancel to the end, that is told; also while it goes on", async () => {
  const { bench, timeline } = await open();
  const asking = bench.start("helper", "inquire");
  await bench.clock.advance(1100);
  const [prompt] = only((await timeline()).bars, "helper", "inquire").parts;
  expect([prompt?.kind, prompt?.to]).toEqual(["prompt", undefined]);
  bench.gateway.experiments.prompts.answer(bench.gateway.experiments.prompts.all[0]?.id ?? "", null, "ada");
  await bench.ended(asking);
  const hold = bench.start("helper", "hold");
  await bench.clock.advance(500);
  await bench.cancel(hold);
  await bench.clock.advance(200);
  const ending = only((await timeline()).bars, "helper", "hold");
  expect([kinds(ending), ending.parts[0]?.to]).toEqual([["cancel"], undefined]);
  await bench.ended(hold);
  const { bars } = await timeline();
  assertInOrder(bars);
  expect(only(bars, "helper", "inquire").parts.map(lasted)).toEqual([1000]);
  const held = only(bars, "helper", "hold");
  expect([held.parts.map(lasted), held.parts[0]?.to]).toEqual([[700], held.endedAt]);
  await bench.close();
});

test("whatever is done to the wall clock, nothing goes backwards or is outside of what it is a part of", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-20T10:00:00Z") });
  const { bench, timeline } = await open();
  await bench.write("left", "rate", 10);
  const hour = 3_600_000;
  const jumps = [-hour, 50 * hour, -2 * hour, hour, -100 * hour];
  const all = [
    bench.start("left", "dispense", { volume: 1 }),
    bench.start("helper", "go"),
    bench.start("helper", "inquire"),
  ];
  for (const jump of jumps) {
    await bench.clock.advance(900);
    vi.setSystemTime(Date.now() + jump);
  }
  for (const one of all.slice(0, 2)) await bench.ended(one);
  vi.setSystemTime(Date.now() + hour);
  await bench.clock.advance(100);
  const { now, bars } = await timeline({ since: Date.now() - hour });
  expect(bars.map(({ record }) => record.action)).toEqual(["dispense", "go", "inquire"]);
  assertInOrder(bars);
  for (const { record, requestedAt, startedAt = Number.NaN, endedAt } of bars) {
    expect(startedAt - requestedAt).toBeCloseTo(record.waitedMs ?? Number.NaN, 2);
    if (endedAt !== undefined) expect(endedAt - startedAt).toBeCloseTo(record.ranMs ?? Number.NaN, 2);
    expect(endedAt ?? now).toBeLessThanOrEqual(now);
  }
  await bench.close();
});

test("of what an earlier process has done it is told how long it waited and ran, whatever its wall clock has done", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-20T10:00:00Z") });
  const stateDirectory = await mkdtemp(join(tmpdir(), "benchd-timeline-"));
  const first = await open({ stateDirectory });
  first.start("counter", "slow_count", { n: 2, delay: 1 });
  const second = first.start("counter", "slow_count", { n: 3, delay: 1 });
  await first.clock.advance(2500);
  vi.setSystemTime(Date.now() - 3_600_000);
  await first.ended(second);
  await first.bench.close();
  const { bench, timeline } = await open({ stateDirectory });
  const { bars } = await timeline();
  assertInOrder(bars);
  expect(
    bars.map(({ requestedAt, startedAt = 0, endedAt = 0 }) => [startedAt - requestedAt, endedAt - startedAt]),
  ).toEqual([
    [0, 2000],
    [2000, 3000],
  ]);
  expect(bars.map(kinds)).toEqual([[], ["queued"]]);
  await bench.close();
  await rm(stateDirectory, { recursive: true });
});

test("of more than there is room for the newest are told, and what goes on is never left out", async () => {
  const { bench, timeline } = await open();
  const hold = bench.start("helper", "hold");
  for (let n = 0; n < 8; n++) await bench.run("counter", "increment");
  const told = async (filter: Partial<TimelineFilter>) => {
    const { bars, truncated } = await timeline(filter);
    return [bars.map(({ record }) => record.seq - hold.seq), truncated];
  };
  expect(await told({ limit: 3 })).toEqual([[0, 7, 8], true]);
  expect(await told({ limit: 1 })).toEqual([[0], true]);
  expect(await told({ limit: 9 })).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8], false]);
  expect(await told({ limit: 3, thing: "counter" })).toEqual([[6, 7, 8], true]);
  expect(await told({ names: new Set(["counter"]), sees: ({ thing }) => thing === "counter", limit: 2 })).toEqual([
    [7, 8],
    true,
  ]);
  await bench.clock.advance(10_000);
  await bench.run("counter", "increment");
  expect(await told({ since: Date.now() - 5000 })).toEqual([[0, 9], false]);
  expect(await told({ until: Date.now() - 5000 })).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8], false]);
  await bench.close();
});

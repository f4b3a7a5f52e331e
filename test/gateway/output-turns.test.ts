import { expect, test } from "vitest";
import { openBench } from "../../src/testing/open-bench.ts";
import type { OutputContract } from "../../src/thing/affordance.ts";
import { relay } from "./relay.ts";

/** A pump, and valves that follow it by some seconds, on two Things; what changes, and when. */
async function plant(later: OutputContract = { safe: false, order: 2, afterMs: 2000 }) {
  const bench = await openBench({
    valves: relay({ drain: later, bleed: { safe: false, order: 3, afterMs: 3000 } }),
    pumps: relay({ spare: { safe: false, order: 1 }, feed: { safe: false } }, 10),
  });
  await bench.run("valves", "put", { on: true });
  await bench.run("pumps", "put", { on: true });
  const began = bench.clock.now();
  const seen: [string, number][] = [];
  for (const thing of ["valves", "pumps"] as const)
    for (const name of thing === "valves" ? ["drain", "bleed"] : ["spare", "feed"])
      bench.twins[thing].watch(name, (level) =>
        seen.push([`${name} ${level ? "on" : "off"}`, bench.clock.now() - began]),
      );
  return { bench, seen };
}

const inTurn = [
  ["feed off", 0],
  ["spare off", 0],
  ["drain off", 2000],
  ["bleed off", 3000],
];

test("in an emergency outputs go in their order and after their time, over several Things, and nothing else waits", async () => {
  const { bench, seen } = await plant();
  const { things } = await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  expect(seen).toEqual(inTurn);
  expect(things).toEqual({ valves: { confirmed: true }, pumps: { confirmed: true } });
});

test("so they do at a planned stop", async () => {
  const { bench, seen } = await plant();
  await bench.close();
  // From then on the pull has them.
  expect(seen).toEqual(inTurn);
});

test("so they do when what runs is cut off, which has ended only when all of them are safe", async () => {
  const { bench, seen } = await plant();
  const run = bench.start("valves", "hold");
  await bench.clock.advance(0);
  await bench.cancel(run);
  await bench.ended(run);
  expect(run.forced).toBe(true);
  // The grace was 1 s.
  expect(seen).toEqual([
    ["drain off", 3000],
    ["bleed off", 4000],
  ]);
});

test("a Thing is stopped with the first of its outputs: where all of them wait, so does the stop", async () => {
  const waiting = relay({ drain: { safe: false, afterMs: 2000 } });
  const mixed = relay({ feed: { safe: false }, drain: { safe: false, afterMs: 2000 } }, 10);
  const bench = await openBench({ waiting, mixed });
  const stops: [string, number][] = [];
  const began = bench.clock.now();
  for (const [name, { device }] of Object.entries({ waiting, mixed }))
    device.stop = async () => void stops.push([name, bench.clock.now() - began]);
  await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  expect(stops).toEqual([
    ["mixed", 0],
    ["waiting", 2000],
  ]);
});

test("what waits is left alone by the driver until it is its turn", async () => {
  const one = relay({ feed: { safe: false }, drain: { safe: false, afterMs: 2000 } });
  const bench = await openBench({ relay: one });
  one.device.kept.length = 0;
  await bench.clock.until(bench.gateway.emergencyStop.trip("ada"));
  expect(one.device.kept).toEqual([["drain"], []]);
});

test("a Thing that is opened anew before its turn has come is none of the old stop's business", async () => {
  const one = relay({ drain: { safe: false, afterMs: 2000 } });
  const bench = await openBench({ relay: one });
  await bench.run("relay", "put", { on: true });
  const tripped = bench.gateway.emergencyStop.trip("ada");
  await bench.clock.advance(1000);
  one.device.fail();
  await bench.clock.advance(10);
  await bench.clock.until(bench.thing("relay").reset());
  expect(bench.twins.relay.level("drain")).toBe(false);
  await bench.gateway.emergencyStop.clear("ada");
  await bench.run("relay", "put", { on: true });
  await bench.clock.advance(500);
  expect(bench.twins.relay.level("drain")).toBe(true);
  await bench.clock.advance(5000);
  await tripped;
  expect(bench.twins.relay.level("drain")).toBe(true);
});

test("at a planned stop Things go in the order of their outputs, not in that of the file", async () => {
  const bench = await openBench({
    second: relay({ valve: { safe: false, order: 2 } }),
    first: relay({ pump: { safe: false, order: 1 } }, 10),
  });
  const seen: string[] = [];
  bench.twins.second.watch("valve", (level) => level || seen.push("valve"));
  bench.twins.first.watch("pump", (level) => level || seen.push("pump"));
  await bench.run("second", "put", { on: true });
  await bench.run("first", "put", { on: true });
  await bench.close();
  expect(seen).toEqual(["pump", "valve"]);
});

import { expect, test } from "vitest";
import { LabWorld } from "../../hardware-mocks/world.ts";
import { newClock } from "./talk.ts";

function newWorld(seed = 1) {
  const clock = newClock();
  const world = new LabWorld(clock, seed);
  const landings: { at: number; grams: number }[] = [];
  world.onLoad((at, grams) => grams > 0 && landings.push({ at, grams }));
  const total = () => {
    world.workOut();
    return landings.reduce((sum, { grams }) => sum + grams, 0);
  };
  return { clock, world, landings, total, path: world.path("pump", 60) };
}

test("what is pumped lands in drops of 20 to 50 mg, 0.3 to 1 s after it has left", async () => {
  const { clock, landings, total, path } = newWorld();
  path.stroke(0, 0.1, 1);
  await clock.advance(60_000);
  expect(total()).toBeGreaterThan(0.95);
  expect(total()).toBeLessThanOrEqual(1);
  for (const { grams } of landings) expect(grams).toBeGreaterThan(0.019);
  for (const { grams } of landings) expect(grams).toBeLessThan(0.051);
  expect(landings[0]?.at).toBeGreaterThan(500);
});

test("it dribbles on after the pump has stopped", async () => {
  const { clock, total, path } = newWorld();
  path.stroke(0, 0.5, 60);
  await clock.advance(10_000);
  path.halt(clock.now());
  const atStop = total();
  await clock.advance(5000);
  expect(path.pushed).toBeCloseTo(5, 6);
  expect(total() - atStop).toBeGreaterThan(0.15);
  expect(total()).toBeGreaterThan(4.94);
});

test("looking more often changes nothing", async () => {
  const once = newWorld(7);
  const often = newWorld(7);
  once.path.stroke(0, 0.2, 5);
  often.path.stroke(0, 0.2, 5);
  for (let i = 0; i < 600; i++) {
    await often.clock.advance(100);
    often.total();
  }
  await once.clock.advance(60_000);
  expect(often.total()).toBeCloseTo(once.total(), 9);
  expect(often.landings.length).toBe(once.landings.length);
});

test("another seed has other drops, the same seed the same", async () => {
  const run = async (seed: number) => {
    const { clock, total, path, landings } = newWorld(seed);
    path.stroke(0, 0.2, 5);
    await clock.advance(60_000);
    total();
    return landings.map(({ grams }) => grams);
  };
  expect(await run(1)).toEqual(await run(1));
  expect(await run(1)).not.toEqual(await run(2));
});

test.each(["empty", "beside the pan"] as const)("with the outlet %s nothing is gained", async (obstacle) => {
  const { clock, total, path } = newWorld();
  path.obstruct(0, obstacle);
  path.stroke(0, 0.2, 2);
  await clock.advance(60_000);
  expect(total()).toBe(0);
  expect(path.pushed).toBeCloseTo(2, 6);
});

test("what a blocked tube held back comes out when it is free again", async () => {
  const { clock, total, path } = newWorld();
  path.obstruct(0, "blocked");
  path.stroke(0, 0.1, 5);
  await clock.advance(60_000);
  expect(total()).toBe(0);
  expect([path.stalled, path.moving]).toEqual([true, false]);
  path.obstruct(clock.now(), "none");
  await clock.advance(10_000);
  expect(total()).toBeGreaterThan(0.44);
});

test("a wet pan loses weight, a dry one does not", async () => {
  const { clock, world, path } = newWorld();
  let load = 0;
  world.onLoad((_, grams) => {
    load += grams;
  });
  await clock.advance(3_600_000);
  world.workOut();
  expect(load).toBe(0);
  path.stroke(clock.now(), 0.5, 5);
  await clock.advance(60_000);
  world.workOut();
  const wet = load;
  await clock.advance(3_600_000);
  world.workOut();
  expect(wet - load).toBeCloseTo(0.072, 3);
});

test("an hour costs nothing while nobody looks", async () => {
  const { clock, path } = newWorld();
  path.stroke(0, 0.01, 50);
  expect(clock.nextDue()).toBeUndefined();
});

test("what lands in the beaker titrates its acid: the rinse first, then steeply at what neutralises it", async () => {
  const { clock, world, path } = newWorld();
  const after = async (volume: number) => {
    path.stroke(clock.now(), 0.1, volume);
    await clock.advance(120_000);
    world.workOut();
    return world.beaker.ph;
  };
  expect(world.beaker.ph).toBeCloseTo(3.39, 1);
  expect(await after(0.5)).toBeCloseTo(3.39, 1);
  // Half of it: the pH is the pKa.
  expect(await after(2.5)).toBeCloseTo(4.76, 1);
  expect(await after(2.3)).toBeLessThan(6.3);
  expect(await after(0.5)).toBeGreaterThan(9);
  world.renew();
  expect(world.beaker.ph).toBeCloseTo(3.39, 1);
});

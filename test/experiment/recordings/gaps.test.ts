import { expect, test } from "vitest";
import { openProbe, rowsOf } from "./fixture.ts";

const both = [
  { thing: "ph", property: "ph" },
  { thing: "ph", property: "label" },
];

test("what has not answered when it is time again is missing, and its answer counts for the next row", async () => {
  const { bench, start, text, inside } = await openProbe();
  inside.takesMs = 1500;
  const { id } = start({ properties: both });
  await bench.clock.advance(1000);
  inside.takesMs = 0;
  await bench.clock.advance(2000);
  expect(rowsOf(await text(id))).toEqual([
    "0.000,,acid,ph.ph: it was not read within 1 s",
    "1.000,7,acid,",
    "2.000,7,acid,",
    "3.000,7,acid,",
  ]);
});

test("while nothing can be read there is one row a minute, and not one for each sample", async () => {
  const { bench, start, text, inside } = await openProbe();
  inside.broken = true;
  const { id } = start();
  await bench.clock.advance(150_000);
  inside.broken = false;
  await bench.clock.advance(1000);
  const why = "ph.ph: the cable is out";
  expect(rowsOf(await text(id))).toEqual([`0.000,,${why}`, `60.000,,${why}`, `120.000,,${why}`, "151.000,7,"]);
});

test("a Thing that is closed is a gap that says so", async () => {
  const { bench, start, text } = await openProbe();
  const { id } = start();
  await bench.clock.advance(1000);
  bench.thing("ph").fail(new Error("its driver is wrong"));
  await bench.clock.advance(1000);
  expect(rowsOf(await text(id)).slice(2)).toEqual([expect.stringMatching(/^2\.000,,.*ph\.ph: .*its driver is wrong/)]);
});

test("what a driver says is one cell of one line, and no formula", async () => {
  const { bench, start, text, inside } = await openProbe();
  inside.label = '=SUM(A1)\r\n"x", #1\u2028';
  const { id } = start({ properties: both.slice(1) });
  await bench.clock.advance(0);
  expect(rowsOf(await text(id))).toEqual(['0.000,"\'=SUM(A1)␍␊""x"", #1�",']);
});

test("sampling is nobody's work, also when a run has begun it, and never waits for the lane", async () => {
  const { bench, start, text, inside } = await openProbe();
  const running = bench.start("ph", "look");
  const { id } = start({ everyMs: 200, run: running.id });
  await bench.clock.advance(1000);
  expect(running.status).toBe("completed");
  expect(running.steps).toEqual([]);
  expect(rowsOf(await text(id))).toHaveLength(6);
  expect(inside.asked).toBe(6);
});

test("benchd ends what is still recorded, and says so", async () => {
  const { bench, start, recordings } = await openProbe();
  const { id } = start();
  await bench.close();
  expect(recordings.get(id).end).toMatchObject({ how: "stopped", why: "benchd ends" });
  expect(() => start()).toThrow("benchd ends: nothing more is begun");
});

test.each([
  [{ name: "../x" }, "a recording has a name of letters"],
  [{ properties: [] }, "1 to 100 properties"],
  [{ properties: [...both, ...both] }, "ph.ph is there twice"],
  [{ properties: [{ thing: "hp", property: "ph" }] }, "there is no Thing hp"],
  [{ properties: [{ thing: "ph", property: "labels" }] }, "there is no property labels of ph; did you mean"],
  [{ everyMs: 9 }, "every 10 ms to 24 h, not every 9 ms"],
  [{ everyMs: Number.NaN }, "every 10 ms to 24 h"],
  [{ forMs: 0 }, "for more than 0 ms"],
])("%j is refused, and nothing is begun", async (wrong, why) => {
  const { start, recordings } = await openProbe();
  expect(() => start(wrong)).toThrow(why);
  expect(recordings.list()).toEqual([]);
});

test("the 65th at a time is refused", async () => {
  const { start } = await openProbe();
  for (let n = 0; n < 64; n++) start();
  expect(() => start()).toThrow("64 recordings go on already");
});

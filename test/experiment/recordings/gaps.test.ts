import { expect, test } from "vitest";
import { Beat } from "../../../src/experiment/recordings/beat.ts";
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

test("who begins between two times of the others is not told that as long was waited as between those", async () => {
  const { bench, start, text, inside } = await openProbe();
  start({ properties: both });
  await bench.clock.advance(700);
  inside.takesMs = 500;
  const { id } = start({ properties: both });
  await bench.clock.advance(2000);
  expect(rowsOf(await text(id))[0]).toBe("0.000,,acid,ph.ph: it was not read within 0.3 s");
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

test("while the machine is suspended the bench clock stands still, and a row says for how long", async () => {
  let suspendedMs = 5_000_000;
  const { bench, start, text } = await openProbe(undefined, { opened: { suspendedMs: () => suspendedMs } });
  const { id } = start();
  await bench.clock.advance(1000);
  suspendedMs += 3_600_000;
  await bench.clock.advance(1000);
  // That is how clocks are read, and no sleep.
  suspendedMs += 20;
  await bench.clock.advance(1000);
  expect(rowsOf(await text(id))).toEqual([
    ...["0.000,7,", "1.000,7,"],
    '2.000,,"the machine was suspended for 1 h: nothing was read, and elapsed stood still"',
    ...["2.000,7,", "3.000,7,"],
  ]);
});

test("what was not asked while benchd was held up is counted, and not made up for", () => {
  const clock = { time: 0, due: () => {}, waits: 0 };
  const told: unknown[] = [];
  const beat = new Beat(100, {
    suspendedMs: () => 0,
    clock: {
      now: () => clock.time,
      after(ms, run) {
        Object.assign(clock, { due: run, waits: ms });
        return { cancel: () => {} };
      },
    },
  });
  const none = { sources: [], take: () => {}, suspended: () => told.push("suspended") };
  beat.join({ ...none, missed: (times, { bench }) => told.push([times, bench]) });
  for (const late of [100, 650, 700]) {
    clock.time = late;
    clock.due();
  }
  // In its rhythm again, as if nothing had been.
  expect([told, clock.waits]).toEqual([[[4, 650]], 100]);
});

test("the calibration that counts at the start stands above the rows, with the device that has answered", async () => {
  const { bench, start, text } = await openProbe();
  const found = { result: { points: [], fit: { slope: { value: 98.2, unit: "%" } } }, at: undefined, until: undefined };
  const { id: calibration } = await bench.gateway.experiments.calibrations.record("ph", found, "ada");
  const { id } = start();
  await bench.clock.advance(0);
  const line = (await text(id)).split("\n").find((one) => one.startsWith("# ph: "));
  expect(line).toMatch(/^# ph: driver ph; /);
  expect(line).toContain(calibration);
});

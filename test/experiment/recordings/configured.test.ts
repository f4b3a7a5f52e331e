import { expect, test } from "vitest";
import { parseCondition } from "../../../src/condition.ts";
import type { RecordingConfig } from "../../../src/experiment/recordings/recording-config.ts";
import { beaker, openProbe, rowsOf } from "./fixture.ts";

const configured = (more: Partial<RecordingConfig> = {}): RecordingConfig => ({
  ...{ name: "bath", properties: [{ thing: "ph", property: "ph" }] },
  ...{ everyMs: 1000, forMs: undefined, when: undefined, ...more },
});
/** A bench whose configuration wants something to be recorded. */
const openBath = (more: Partial<RecordingConfig> = {}, keepRecordings = {}, inside = beaker()) =>
  openProbe(inside, { plans: { recordings: [configured(more)], keepRecordings } });
const alkaline = { when: parseCondition("ph.ph >= 8 for 2 s") };

test("what is to be recorded from the start goes on by itself, and says who has begun it", async () => {
  const { bench, recordings, text } = await openBath();
  await bench.clock.advance(2000);
  const [one] = recordings.list();
  expect(one).toMatchObject({ name: "bath", configured: "bath", by: "the configuration", end: null });
  expect(await text(one?.id ?? "")).toContain("# configured: bath\n");
});

test("with a condition it begins when that has held for long enough, and ends when it does not hold", async () => {
  const { bench, recordings, inside, text } = await openBath(alkaline);
  await bench.clock.advance(3000);
  inside.ph = 8;
  await bench.clock.advance(2500);
  expect(recordings.list()).toEqual([]);
  await bench.clock.advance(2500);
  expect(recordings.list()).toMatchObject([{ end: null }]);
  inside.ph = 7.5;
  await bench.clock.advance(2000);
  const [one] = recordings.list();
  expect(one?.end).toMatchObject({ how: "stopped", why: "ph.ph is 7.5" });
  expect(rowsOf(await text(one?.id ?? "")).length).toBeGreaterThan(2);
  inside.ph = 9;
  await bench.clock.advance(5000);
  expect(recordings.list()).toHaveLength(2);
});

test("while nobody knows whether the condition holds, what goes on goes on", async () => {
  const { bench, recordings, inside } = await openBath({ when: parseCondition("ph.ph >= 7") });
  await bench.clock.advance(1000);
  inside.broken = true;
  await bench.clock.advance(10_000);
  expect(recordings.list()).toMatchObject([{ end: null }]);
});

test("stopped by somebody it is over, until the condition comes to hold the next time", async () => {
  const { bench, recordings, inside } = await openBath({ when: parseCondition("ph.ph >= 7") });
  await bench.clock.advance(1000);
  await recordings.stop(recordings.list()[0]?.id ?? "", "ada");
  await bench.clock.advance(10_000);
  expect(recordings.list()).toHaveLength(1);
  for (const ph of [6, 8]) {
    inside.ph = ph;
    await bench.clock.advance(2000);
  }
  expect(recordings.list()).toHaveLength(2);
});

test("when its file is full it goes on in another one, without a sample less", async () => {
  const { bench, recordings, text } = await openBath({}, { maxBytes: 2000 });
  await bench.clock.advance(60_000);
  const all = recordings.list().toReversed();
  expect(all.length).toBeGreaterThan(1);
  expect(all[0]?.end).toMatchObject({ how: "full" });
  expect(all.at(-1)?.end).toBeNull();
  const rows: string[] = [];
  for (const { id } of all) rows.push(...rowsOf(await text(id)).filter((row) => row.endsWith(",7,")));
  expect(rows).toHaveLength(61);
});

test("in files too small for any row it is over, and nothing is begun for ever", async () => {
  const { bench, recordings } = await openBath({}, { maxBytes: 100 });
  await bench.clock.advance(10_000);
  expect(recordings.list()).toMatchObject([{ end: { how: "full" } }]);
  expect(bench.logged.filter((line) => line.includes("larger than a file may be"))).toHaveLength(1);
});

test("after its time it is over", async () => {
  const { bench, recordings } = await openBath({ forMs: 5000 });
  await bench.clock.advance(60_000);
  expect(recordings.list()).toMatchObject([{ end: { how: "finished" } }]);
});

test("what cannot be begun is said once, and tried again", async () => {
  const { bench, recordings, start, inside } = await openBath({ when: parseCondition("ph.ph >= 8") });
  const others = Array.from({ length: 64 }, () => start({ everyMs: 60_000 }));
  inside.ph = 8;
  await bench.clock.advance(150_000);
  expect(bench.logged.filter((line) => line.includes("cannot be begun"))).toHaveLength(1);
  await others[0]?.stop("room");
  await bench.clock.advance(61_000);
  expect(recordings.list().filter(({ configured: name }) => name === "bath")).toHaveLength(1);
});

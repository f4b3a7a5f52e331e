import { expect, test } from "vitest";
import { filesIn, openProbe, rowsOf } from "./fixture.ts";

test("a recording has a row for each sample, with both clocks and the unit", async () => {
  const { bench, start, text, inside } = await openProbe();
  const recording = start();
  await bench.clock.advance(1000);
  inside.ph = 7.25;
  await bench.clock.advance(1000);
  await recording.stop("enough");
  const found = await text(recording.id);
  expect(found).toContain("\ntime,elapsed [s],ph.ph [pH],gap\n");
  expect(found.split("\n").at(-2)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z,2\.000,7\.25,$/);
  expect(rowsOf(found)).toEqual(["0.000,7,", "1.000,7,", "2.000,7.25,"]);
});

test("what stands above the rows says where they come from", async () => {
  const { bench, start, text } = await openProbe();
  const recording = start({ run: "an-invocation", forMs: 2000 });
  await bench.clock.advance(5000);
  const head = (await text(recording.id)).split("\n").filter((line) => line.startsWith("#"));
  expect(head).toEqual([
    "# recording: test",
    `# id: ${recording.id}`,
    expect.stringMatching(/^# installation: [0-9a-f-]{36}$/),
    "# benchd: unknown",
    "# devices: simulated: nothing of this was measured",
    expect.stringMatching(/^# started: .*Z \(the wall clock was not known to be right\)$/),
    "# by: ada",
    "# run: an-invocation",
    "# sampled: every 1 s",
    "# for: 2 s",
    expect.stringMatching(/^# ph: driver ph; benchd unknown; configuration [0-9a-f]{16}$/),
  ]);
});

test("a recording ends by itself when its time is over, and says so", async () => {
  const { bench, start, recordings } = await openProbe();
  const { id } = start({ forMs: 2500 });
  await bench.clock.advance(10_000);
  expect(recordings.get(id).end).toMatchObject({ how: "finished", rows: 3, gaps: 0 });
});

test("the fields of an object are columns, each with its unit", async () => {
  const { bench, start, text } = await openProbe();
  const recording = start({
    properties: [
      { thing: "ph", property: "place" },
      { thing: "ph", property: "label" },
    ],
  });
  await bench.clock.advance(0);
  await recording.stop("enough");
  expect(await text(recording.id)).toContain("ph.place.x [mm],ph.place.y [mm],ph.place.home,ph.label,gap\n");
  expect(rowsOf(await text(recording.id))).toEqual(["0.000,1,-2.5,false,acid,"]);
});

test("several recordings share each reading", async () => {
  const { bench, start, inside } = await openProbe();
  for (let n = 0; n < 20; n++) start({ everyMs: 100 });
  await bench.clock.advance(1000);
  expect(inside.asked).toBe(11);
});

test("a reading that fails is a row without a value that says why", async () => {
  const { bench, start, text, inside } = await openProbe();
  const recording = start({
    properties: [
      { thing: "ph", property: "ph" },
      { thing: "ph", property: "label" },
    ],
  });
  inside.broken = true;
  await bench.clock.advance(1000);
  inside.broken = false;
  await bench.clock.advance(1000);
  expect(rowsOf(await text(recording.id))).toEqual([
    "0.000,7,acid,",
    "1.000,,acid,ph.ph: the cable is out",
    "2.000,7,acid,",
  ]);
});

test("the two files of a recording are in the state directory", async () => {
  const { bench, start, stateDirectory } = await openProbe();
  const recording = start();
  await bench.clock.advance(0);
  await recording.stop("enough");
  const files = filesIn(stateDirectory);
  expect(Object.keys(files).sort()).toEqual([`${recording.id}.csv`, `${recording.id}.json`]);
  expect(JSON.parse(files[`${recording.id}.json`] ?? "")).toMatchObject({
    name: "test",
    end: { how: "stopped", why: "enough" },
  });
});

test("on change there is a row at the beginning, and one for each change", async () => {
  const { bench, start, text, inside } = await openProbe();
  const recording = start({ everyMs: undefined });
  await bench.clock.advance(3000);
  inside.ph = 8;
  await bench.clock.advance(3000);
  inside.broken = true;
  await bench.clock.advance(3000);
  inside.broken = false;
  await bench.clock.advance(3000);
  expect(rowsOf(await text(recording.id))).toEqual([
    "0.000,7,",
    "4.000,8,",
    "7.000,,ph.ph: the cable is out",
    "10.000,8,",
  ]);
});

test("what a driver tells of is recorded at once, and 20 times a second at most", async () => {
  const { bench, start, text, inside } = await openProbe();
  const recording = start({ everyMs: undefined });
  await bench.clock.advance(200);
  for (let n = 0; n < 4; n++) {
    inside.tell(8 + n);
    await bench.clock.advance(20);
  }
  await bench.clock.advance(100);
  expect(rowsOf(await text(recording.id))).toEqual(["0.000,7,", "0.200,8,", "0.250,10,", "0.300,11,"]);
});

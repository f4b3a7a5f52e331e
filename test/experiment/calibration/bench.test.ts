import { expect, test } from "vitest";
import { DiscreteClock } from "../../../src/discrete-clock.ts";
import { InputError, StorageError } from "../../../src/errors.ts";
import { UncalibratedError } from "../../../src/experiment-errors.ts";
import type { Invocation } from "../../../src/invocation/invocation.ts";
import { temporaryFolder } from "../../journal/fixture.ts";
import { openMeter } from "./meter.ts";

const minute = 60_000;
const thirty = { expiresMs: 30 * minute };
const warnings = ({ log }: Invocation) =>
  log.entries().flatMap(({ level, message }) => (level === "warning" ? [message] : []));
const gains = ({ provenance }: Invocation) =>
  provenance.map(({ thing, calibration }) => [thing, calibration?.fit["gain"]?.value]);

async function expired(whenExpired: "warn" | "refuse") {
  const processClock = new DiscreteClock();
  const bench = await openMeter({ calibration: { ...thirty, whenExpired }, processClock });
  await bench.run("meter", "calibrate", { gain: 2 });
  await processClock.advance(31 * minute);
  return bench;
}

test("what an action finds is kept with who, when and what, and the driver works by it", async () => {
  const bench = await openMeter({ serialNumber: "S1" });
  expect(await bench.read("meter", "gain")).toBeNull();
  const { id } = await bench.run("meter", "calibrate", { gain: 2 });
  expect(await bench.read("meter", "gain")).toBe(2);
  const { calibrations } = bench.gateway.experiments;
  expect(calibrations.history("meter", 10)).toEqual([
    {
      ...{ id: expect.any(String), thing: "meter", at: expect.any(Number), clockTrusted: false, by: "test" },
      ...{ invocation: id, device: { model: "M1", serialNumber: "S1" }, simulated: true },
      points: [{ reference: { value: 4, unit: "V" }, measured: { value: 2, unit: "V" } }],
      fit: { gain: { value: 2, unit: "1" } },
    },
  ]);
  expect(bench.gateway.audit.page({ limit: 1 })[0]).toMatchObject({
    ...{ what: "calibration.recorded", by: "test", thing: "meter", detail: "1 point" },
  });
  expect(bench.gateway.states()["meter"]?.metadata["calibration"]).toEqual({
    ...{ validity: "valid", at: expect.any(String), expires: null },
  });
});

test("each result tells the calibration that it was taken with, not the one of later", async () => {
  const bench = await openMeter();
  await bench.run("meter", "calibrate", { gain: 2 });
  const measuring = bench.start("meter", "measure");
  await bench.clock.advance(500);
  const byHand = { result: { points: [], fit: { gain: { value: 9, unit: "1" } } } };
  await bench.clock.until(bench.gateway.experiments.calibrations.record("meter", byHand, "ada"));
  await bench.ended(measuring);
  expect(gains(measuring)).toEqual([["meter", 2]]);
  expect(gains(await bench.run("meter", "measure"))).toEqual([["meter", 9]]);
  expect(gains(await bench.run("lab", "series"))).toEqual([
    ["lab", undefined],
    ["meter", 9],
    ["meter", 3],
  ]);
});

test("an expired one refuses what relies on it, and lets pass what stops, looks and calibrates", async () => {
  const bench = await expired("refuse");
  expect(() => bench.start("meter", "measure")).toThrow(UncalibratedError);
  expect(() => bench.start("lab", "series")).toThrow(
    /series of lab .* calibration of meter has expired.*calibrate meter/,
  );
  for (const action of ["stop", "look", "hurry"] as const)
    expect((await bench.run("meter", action)).status).toBe("completed");
  expect((await bench.run("meter", "calibrate", { gain: 2 })).status).toBe("completed");
  expect((await bench.run("meter", "measure")).status).toBe("completed");
});

test("what has begun goes on when the calibration expires in the middle; what waits is refused when its turn comes", async () => {
  const processClock = new DiscreteClock();
  const bench = await openMeter({ calibration: { ...thirty, whenExpired: "refuse" }, processClock });
  await bench.run("meter", "calibrate", { gain: 2 });
  const series = bench.start("lab", "series");
  const waiting = bench.start("meter", "measure");
  await bench.clock.advance(500);
  await processClock.advance(31 * minute);
  await bench.ended(series);
  expect(series.status).toBe("completed");
  await bench.ended(waiting);
  // The series has calibrated it anew.
  expect(waiting.status).toBe("completed");
  const measuring = bench.start("meter", "measure");
  const late = bench.start("meter", "measure");
  await bench.clock.advance(500);
  await processClock.advance(31 * minute);
  expect((await bench.ended(measuring)).status).toBe("completed");
  expect((await bench.ended(late)).error).toBeInstanceOf(UncalibratedError);
  await bench.run("meter", "calibrate", { gain: 2 });
  const pair = bench.start("lab", "pair");
  await bench.clock.advance(500);
  await processClock.advance(31 * minute);
  expect((await bench.ended(pair)).status).toBe("completed");
});

test("one that is to be looked at twice is a warning in the log of what relies on it, once", async () => {
  const bench = await expired("warn");
  expect(warnings(await bench.run("meter", "measure"))).toEqual(["the calibration of meter has expired"]);
  expect(warnings(await bench.run("meter", "look"))).toEqual([]);
  expect(warnings(await bench.run("lab", "pair"))).toEqual(["the calibration of meter has expired"]);
  expect(warnings(await bench.run("meter", "calibrate", { gain: 2 }))).toEqual([]);
  expect(warnings(await bench.run("meter", "measure"))).toEqual([]);
});

test("one that was never made, or was cleared, is missing where the bench asks for one", async () => {
  const bench = await openMeter({ calibration: { whenExpired: "refuse", expiresMs: undefined } });
  expect(() => bench.start("meter", "measure")).toThrow("was never calibrated");
  await bench.run("meter", "calibrate", { gain: 2 });
  expect(warnings(await bench.run("meter", "measure"))).toEqual([]);
  await bench.run("meter", "forget");
  expect(() => bench.start("meter", "measure")).toThrow("is not calibrated any more (forgotten)");
  expect(await bench.read("meter", "gain")).toBeNull();
});

test("after a restart it is the same; with a clock that is not set nobody knows its age, and nothing is refused", async () => {
  const stateDirectory = temporaryFolder();
  const options = { stateDirectory, calibration: { ...thirty, whenExpired: "refuse" } } as const;
  const before = await openMeter({ ...options, clockTrusted: () => true });
  await before.run("meter", "calibrate", { gain: 2 });
  await before.close();
  const unset = await openMeter(options);
  expect(await unset.read("meter", "gain")).toBe(2);
  const measured = await unset.run("meter", "measure");
  expect(warnings(measured)).toEqual([
    expect.stringContaining("is not known, as the clock does not tell what time it is"),
  ]);
  expect(measured.provenance[0]?.calibration?.validity).toBe("unknown");
  await unset.close();
  const right = await openMeter({ ...options, clockTrusted: () => true });
  expect(warnings(await right.run("meter", "measure"))).toEqual([]);
  await right.close();
});

test("one that is dated is as old as its date says, not as what has passed since it was written down", async () => {
  const calibration = { ...thirty, whenExpired: "warn" } as const;
  const bench = await openMeter({ calibration, clockTrusted: () => true });
  const { calibrations } = bench.gateway.experiments;
  const result = { points: [], fit: { gain: { value: 1, unit: "1" } } };
  await calibrations.record("meter", { result, at: Date.now() - 31 * minute }, "ada");
  expect(calibrations.of("meter").validity).toBe("expired");
  await expect(calibrations.record("meter", { result, at: Date.now() + minute }, "ada")).rejects.toThrow(
    "in the future",
  );
});

test("another device has none of it", async () => {
  const stateDirectory = temporaryFolder();
  const before = await openMeter({ stateDirectory, serialNumber: "S1" });
  await before.run("meter", "calibrate", { gain: 2 });
  await before.close();
  const after = await openMeter({ stateDirectory, serialNumber: "S2" });
  expect(warnings(await after.run("meter", "measure"))).toEqual([expect.stringContaining("that of another device")]);
  await after.close();
});

test("that it expires is told within a minute, without anybody doing anything", async () => {
  const processClock = new DiscreteClock();
  const bench = await openMeter({ calibration: { expiresMs: 5 * minute, whenExpired: "warn" }, processClock });
  const told: unknown[] = [];
  bench.gateway.events.listen(({ event }) => {
    if (event.kind === "calibration") told.push(event.validity);
  });
  await bench.run("meter", "calibrate", { gain: 2 });
  await processClock.advance(5 * minute - 1);
  expect(told).toEqual(["valid"]);
  await processClock.advance(minute);
  expect(told).toEqual(["valid", "expired"]);
  await bench.close();
});

test.each([
  [{ points: [], fit: { gain: { value: Number.NaN, unit: "1" } } }, "/fit/gain/value"],
  [{ points: [], fit: { gain: { value: 1, unit: "volts" } } }, '"volts" is not in UCUM'],
  [{ points: [{ reference: { value: 1, unit: "mls" } }], fit: {} }, '/points/0/reference/unit "mls"'],
  [{ points: Array(101).fill({ reference: { value: 1, unit: "V" } }), fit: {} }, "/points"],
  [
    {
      points: Array(100).fill({
        reference: { value: 1 / 3, unit: "V" },
        conditions: { a: { value: 1 / 3, unit: "V" }, b: { value: 1 / 3, unit: "V" }, c: { value: 1, unit: "V" } },
      }),
      fit: {},
    },
    "16384 characters",
  ],
  [{ points: [], fit: {}, note: "x".repeat(501) }, "/note"],
  [{ points: [], fit: {}, expires: 1 }, "/expires is not a known property"],
])("what cannot be kept is refused, and nothing changes", async (result, why) => {
  const bench = await openMeter();
  const { calibrations } = bench.gateway.experiments;
  const recording = calibrations.record("meter", { result: result as never }, "ada");
  await expect(recording).rejects.toThrow(InputError);
  await expect(recording).rejects.toThrow(why);
  expect(calibrations.of("meter").current).toBeUndefined();
});

test("what is not on the disk is told, and counts all the same", async () => {
  const bench = await openMeter();
  const { calibrations } = bench.gateway.experiments;
  await bench.close();
  const late = calibrations.record("meter", { result: { points: [], fit: { gain: { value: 1, unit: "1" } } } }, "ada");
  await expect(late).rejects.toBeInstanceOf(StorageError);
  expect(calibrations.of("meter").validity).toBe("valid");
});

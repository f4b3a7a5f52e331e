import { expect, test } from "vitest";
import type { Calibration } from "../../../src/calibration.ts";
import { DiscreteClock } from "../../../src/discrete-clock.ts";
import { Calibrations } from "../../../src/experiment/calibration/calibrations.ts";

const one = (thing: string, note: string): Calibration => ({
  ...{ id: note, thing, at: 0, clockTrusted: true, by: "ada", note, points: [] },
  fit: { gain: { value: 2, unit: "1" } },
});

function open(kept: ReadonlyMap<string, Calibration> | undefined, known: readonly Calibration[] = []) {
  const written: string[] = [];
  let latest = kept;
  const calibrations = new Calibrations({
    store: {
      keep: async ({ note = "" }) => void written.push(note),
      latest: () => latest,
      page: () => [],
    },
    ...{ rules: new Map(), things: new Map(), processClock: new DiscreteClock(), simulated: false, known },
    ...{ clockTrusted: () => false, audit: { note() {} }, events: { tell() {} } },
  });
  return { calibrations, written, reopen: (found: ReadonlyMap<string, Calibration>) => (latest = found) };
}

test("a bench that is to be like another begins with its calibrations, but for what it has kept itself", () => {
  const { calibrations } = open(new Map([["ph", one("ph", "kept")]]), [one("ph", "known"), one("pump", "known")]);
  expect(["ph", "pump"].map((thing) => calibrations.of(thing).current?.note)).toEqual(["kept", "known"]);
});

test("a file that comes later is read; what was found since the start counts, and is written where it is missing", async () => {
  const { calibrations, written, reopen } = open(undefined);
  const result = { points: [], fit: { gain: { value: 3, unit: "1" } }, note: "found" };
  await calibrations.record("ph", { result }, "ada");
  reopen(new Map(["ph", "pump"].map((thing) => [thing, one(thing, "kept")])));
  calibrations.load();
  expect(["ph", "pump"].map((thing) => calibrations.of(thing).current?.note)).toEqual(["found", "kept"]);
  reopen(new Map());
  calibrations.load();
  expect(written).toEqual(["found", "found", "kept"]);
});

import { expect, test } from "vitest";
import type { InterlockConfig } from "../../../src/gateway/config/config.ts";
import { openVessels } from "./bench.ts";

/** The right vessel may heat as long as the left one is not full. */
const overflow = (on: InterlockConfig["on"]): InterlockConfig => ({
  ...{ name: "overflow", thing: "left", property: "on", equals: false, on },
  outputs: [{ thing: "right", output: "heater", value: undefined }],
  ...{ pollMs: 100, maxAgeMs: 1000 },
});

async function trippedBetweenSteps(on: InterlockConfig["on"]) {
  const vessels = await openVessels({ interlocks: [overflow(on)] });
  const { bench, clock } = vessels;
  const run = vessels.start([{ set: "right.on", to: true }, { wait: "60 s" }], [{ set: "left.on", to: false }]);
  await clock.advance(5000);
  expect([run.status, vessels.heats("right")]).toEqual(["running", true]);
  await bench.write("left", "on", true);
  await clock.advance(2000);
  return { ...vessels, run };
}

test("an interlock that aborts ends a run between its steps, too: what it has switched on is off", async () => {
  const { bench, run, heats } = await trippedBetweenSteps("abort");
  await bench.ended(run);
  expect([run.status, heats("right")]).toEqual(["error", false]);
  expect(run.error).toMatchObject({ code: "BENCHD_INTERLOCKED" });
  // Nothing is done on failure by what was cut off.
  expect(await bench.read("left", "on")).toBe(true);
});

test("one that only blocks lets it go on to what it does next", async () => {
  const { bench, run } = await trippedBetweenSteps("block");
  await bench.ended(run);
  expect(run.status).toBe("completed");
});

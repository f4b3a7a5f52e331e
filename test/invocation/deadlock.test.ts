import { expect, test } from "vitest";
import { sleep } from "../../src/ambient.ts";
import { testScheduler } from "./fixture.ts";

test("F27: a child that waits behind another invocation's call for its parent's Thing is in no circle", async () => {
  const { clock, thing } = testScheduler();
  const [dispenser, other, pump] = [thing("dispenser"), thing("other"), thing("pump")];
  const dose = dispenser.request(
    "dose",
    async () => {
      const first = pump.perform("a", () => sleep(100));
      await sleep(10);
      await Promise.all([first, pump.perform("b", () => sleep(100))]);
    },
    { reserves: [pump] },
  );
  // Waits for all of the dose, and comes before its second step.
  const wash = other.request("wash", () => pump.perform("rinse", () => sleep(5)));
  await clock.until(Promise.all([dose.ended, wash.ended]));
  expect([dose.status, dose.error, wash.status, clock.now()]).toEqual(["completed", undefined, "completed", 205]);
});

test("F27: a call in the middle of a step comes before what waits for the whole, and closes no circle with it", async () => {
  const { clock, thing } = testScheduler();
  const [dispenser, other, pump] = [thing("dispenser"), thing("other"), thing("pump")];
  const dose = dispenser.request("dose", () =>
    pump.perform("fill", async () => {
      await sleep(10);
      await pump.perform("dispense", () => sleep(10));
    }),
  );
  const wash = other.request("wash", () => pump.perform("rinse", () => sleep(5)));
  await clock.until(Promise.all([dose.ended, wash.ended]));
  expect([dose.status, wash.status, clock.now()]).toEqual(["completed", "completed", 25]);
});

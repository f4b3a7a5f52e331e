import { expect, test } from "vitest";
import { shield, sleep } from "../../src/ambient.ts";
import { DeviceFaultError } from "../../src/errors.ts";
import { gate, testLine, testScheduler } from "./fixture.ts";

test("F04: a handler that ignores its cancel reaches the device no more once it is stopped by force", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const pump = thing("pump");
  const line = testLine();
  const stuck = gate();
  const run = pump.request(
    "hang",
    async () => {
      line.send("GO");
      await stuck.opened;
      line.send("GO ON");
    },
    { cancelGraceMs: 100 },
  );
  scheduler.cancel(run, "client", "ada");
  await clock.until(run.ended);
  stuck.open();
  await clock.advance(1);
  expect([run.forced, pump.done, line.sent, line.refused]).toEqual([true, ["stop", "safe state"], ["GO"], ["GO ON"]]);
});

test("F04: the fence falls before the first step to safety is taken", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const pump = thing("pump");
  const line = testLine();
  const stuck = gate();
  pump.safetySteps = () => [{ what: "stop", act: async () => stuck.open() }];
  const run = pump.request("hang", () => stuck.opened.then(() => line.send("GO ON")), { cancelGraceMs: 100 });
  scheduler.cancel(run, "client", "ada");
  await clock.until(run.ended);
  expect([line.sent, line.refused]).toEqual([[], ["GO ON"]]);
});

test("a Thing that an invocation has only waited for is not stopped with it", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const [dispenser, pump] = [thing("dispenser"), thing("pump")];
  const dispense = pump.request("dispense", () => sleep(60_000));
  const dose = dispenser.request("dose", () => shield(() => pump.perform("rinse", () => {})), { cancelGraceMs: 100 });
  scheduler.cancel(dose, "client", "ada");
  await clock.until(dose.ended);
  expect([dose.forced, dispenser.done]).toEqual([true, ["stop", "safe state"]]);
  expect([dispense.status, pump.done]).toEqual(["running", []]);
});

test("a Thing that an invocation has held, and no longer holds, is stopped with it", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const [dispenser, pump] = [thing("dispenser"), thing("pump")];
  const dose = dispenser.request(
    "dose",
    async () => {
      await pump.perform("dispense", () => {});
      await new Promise(() => {});
    },
    { cancelGraceMs: 100 },
  );
  await clock.advance(1);
  scheduler.cancel(dose, "client", "ada");
  await clock.until(dose.ended);
  expect(pump.done).toEqual(["stop", "safe state"]);
});

test("an action beside the lane that fails without foresight does not stop what another drives", async () => {
  const { clock, thing } = testScheduler();
  const pump = thing("pump");
  const dispense = pump.request("dispense", () => sleep(60_000));
  const estimate = pump.request(
    "estimate",
    () => {
      throw new TypeError("oops");
    },
    { lanes: [] },
  );
  await clock.until(estimate.ended);
  expect([estimate.status, dispense.status, pump.done]).toEqual(["error", "running", []]);
});

/** A run that ignores its cancel, on a Thing that notes for which reason it is to be made safe. */
function cutOffLater() {
  const bench = testScheduler();
  const pump = bench.thing("pump");
  const reasons: string[] = [];
  pump.safetySteps = (reason) => {
    reasons.push(reason);
    return [];
  };
  const run = pump.request("a", () => shield(() => sleep(60_000)), { cancelGraceMs: 100 });
  bench.scheduler.cancel(run, "client", "ada");
  return { ...bench, pump, run, reasons };
}

test("the steps to safety are told of the emergency although a client had cancelled before", async () => {
  const { clock, scheduler, run, reasons } = cutOffLater();
  await clock.advance(10);
  scheduler.breakOffAll("emergency_stop", "bob", () => {});
  await clock.until(run.ended);
  expect([reasons, clock.now()]).toEqual([["emergency_stop"], 10]);
});

test("a later cause cuts a grace short, and never prolongs it", async () => {
  const { clock, scheduler, run, pump } = cutOffLater();
  await clock.advance(90);
  scheduler.fail(pump.lane, new DeviceFaultError("stalled"));
  await clock.until(run.ended);
  expect([clock.now(), run.status, run.reason]).toEqual([100, "cancelled", "client"]);
});

test("a step that its caller's cancel keeps from starting shows as cancelled", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const [dispenser, pump] = [thing("dispenser"), thing("pump")];
  pump.request("rinse", () => sleep(1000));
  const dose = dispenser.request("dose", () => pump.perform("dispense", () => {}));
  await clock.advance(10);
  scheduler.cancel(dose, "client", "ada");
  await clock.until(dose.ended);
  expect([dose.status, dose.steps[0]?.status, dose.steps[0]?.startedAt]).toEqual(["cancelled", "cancelled", undefined]);
});

test("a step that does not obey its caller's cancel is an error", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const [dispenser, pump] = [thing("dispenser"), thing("pump")];
  const dose = dispenser.request("dose", () =>
    pump.perform("dispense", () =>
      sleep(1000).catch(() => {
        throw new DeviceFaultError("it jams");
      }),
    ),
  );
  await clock.advance(10);
  scheduler.cancel(dose, "client", "ada");
  await clock.until(dose.ended);
  expect([dose.status, dose.steps[0]?.status]).toEqual(["error", "error"]);
});

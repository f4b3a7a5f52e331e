import { expect, test } from "vitest";
import { acknowledgeCancel, shield, sleep } from "../../src/ambient.ts";
import { DeviceFaultError } from "../../src/errors.ts";
import { type TestThing, testScheduler } from "./fixture.ts";

/** A handler that cleans up for a while, and would then go on although it was cancelled. */
function goesOn(acknowledged: boolean[]) {
  return async () => {
    await shield(() => sleep(100));
    acknowledged.push(acknowledgeCancel());
    await sleep(60_000);
  };
}

type Bench = ReturnType<typeof testScheduler>;
const laterCauses: Readonly<Record<string, (bench: Bench, pump: TestThing) => void>> = {
  "a stop": ({ scheduler }, pump) => scheduler.clear(pump.lane, "stopped", "bob"),
  "an alarm": ({ scheduler }, pump) => scheduler.fail(pump.lane, new DeviceFaultError("stalled")),
  "a shutdown": ({ scheduler }) => void scheduler.close(),
};

for (const [name, happen] of Object.entries(laterCauses)) {
  test(`${name} that comes after a client's cancel is not acknowledged away with it`, async () => {
    const bench = testScheduler();
    const pump = bench.thing("pump");
    const acknowledged: boolean[] = [];
    const run = pump.request("dose", goesOn(acknowledged));
    bench.scheduler.cancel(run, "client", "ada");
    await bench.clock.advance(10);
    happen(bench, pump);
    await bench.clock.until(run.ended);
    expect([acknowledged, run.status, bench.clock.now()]).toEqual([[false], "cancelled", 100]);
  });
}

test("a deadline that passes after a client's cancel is not acknowledged away with it", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const acknowledged: boolean[] = [];
  const run = thing("pump").request("dose", goesOn(acknowledged), { timeoutMs: 50 });
  scheduler.cancel(run, "client", "ada");
  await clock.until(run.ended);
  expect([acknowledged, run.status, clock.now()]).toEqual([[false], "cancelled", 100]);
});

test("a stop alone cannot be acknowledged", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const pump = thing("pump");
  const acknowledged: boolean[] = [];
  const run = pump.request("dose", goesOn(acknowledged));
  scheduler.clear(pump.lane, "stopped", "bob");
  await clock.until(run.ended);
  expect([acknowledged, run.status, run.reason]).toEqual([[false], "cancelled", "stopped"]);
});

test("after an acknowledged cancel the deadline still stands", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const acknowledged: boolean[] = [];
  const run = thing("pump").request("dose", goesOn(acknowledged), { timeoutMs: 1000 });
  scheduler.cancel(run, "client", "ada");
  await clock.until(run.ended);
  expect([acknowledged, run.status, run.error?.name, clock.now()]).toEqual([
    [true],
    "error",
    "DeadlineExceededError",
    1000,
  ]);
});

import { expect, test } from "vitest";
import { background, deliver, shield, sleep } from "../../src/ambient.ts";
import { gate, testLine, testScheduler } from "./fixture.ts";

/** What a handler starts and does not wait for; it goes on when the invocation has ended. */
const leaveBehind = (work: () => Promise<unknown>) => void work().catch(() => {});

test("what a handler has left running touches nothing after its invocation has ended", async () => {
  const { clock, thing } = testScheduler();
  const pump = thing("pump");
  const line = testLine();
  const run = pump.request("leaky", () => leaveBehind(() => sleep(100).then(() => line.send("GO"))));
  await clock.until(run.ended);
  pump.request("next", () => sleep(1000));
  await clock.advance(200);
  expect([run.status, line.sent]).toEqual(["completed", []]);
});

test("what a cancelled handler has left running under a shield touches nothing after its end", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const line = testLine();
  const other = gate();
  const run = thing("pump").request("leaky", async () => {
    leaveBehind(() => shield(() => other.opened.then(() => line.send("GO"))));
    await sleep(1000);
  });
  scheduler.cancel(run, "client", "ada");
  await clock.until(run.ended);
  other.open();
  await clock.advance(0);
  expect([run.status, run.forced, line.refused, line.sent]).toEqual(["cancelled", false, ["GO"], []]);
});

test("a wait that a handler has left behind ends with its invocation", async () => {
  const { clock, thing } = testScheduler();
  const ends: string[] = [];
  const run = thing("pump").request("leaky", () => {
    leaveBehind(() => sleep(60_000).catch((error: Error) => ends.push(error.name)));
  });
  await clock.until(run.ended);
  expect([ends, clock.now(), clock.nextDue()]).toEqual([["FencedError"], 0, undefined]);
});

test("an invocation that has ended calls nothing more", async () => {
  const { clock, thing } = testScheduler();
  const [dispenser, pump] = [thing("dispenser"), thing("pump")];
  const later = gate();
  let started = false;
  const refused: string[] = [];
  const run = dispenser.request("leaky", () => {
    const call = () =>
      pump.perform("dispense", () => {
        started = true;
      });
    leaveBehind(() => later.opened.then(call).catch((error: Error) => refused.push(error.name)));
  });
  await clock.until(run.ended);
  later.open();
  await clock.advance(1);
  expect([started, refused, pump.lane.idle, run.steps]).toEqual([false, ["FencedError"], true, []]);
});

test("the delivery of an invocation that has ended does not change", async () => {
  const { clock, thing } = testScheduler();
  const later = gate();
  const run = thing("pump").request("leaky", () => {
    deliver({ unit: "mL", requested: 5, confirmed: 5 });
    leaveBehind(() => later.opened.then(() => deliver({ unit: "mL", requested: 5, confirmed: 5 })));
  });
  await clock.until(run.ended);
  later.open();
  await clock.advance(1);
  expect(run.delivery).toEqual([{ thing: "pump", unit: "mL", requested: 5, confirmed: 5, uncertain: 0 }]);
});

test("work that was cut off starts nothing in the background any more", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const line = testLine();
  const stuck = gate();
  const refused: string[] = [];
  const run = thing("pump").request(
    "hang",
    async () => {
      await stuck.opened;
      try {
        background(async () => line.send("GO"));
      } catch (error) {
        refused.push(error instanceof Error ? error.name : String(error));
      }
    },
    { cancelGraceMs: 10 },
  );
  scheduler.cancel(run, "client", "ada");
  await clock.until(run.ended);
  expect(run.forced).toBe(true);
  stuck.open();
  await clock.advance(0);
  expect([line.sent, line.refused, refused]).toEqual([[], [], ["FencedError"]]);
});

import { expect, test } from "vitest";
import { sleep } from "../../src/ambient.ts";
import { LaneFullError } from "../../src/errors.ts";
import type { Cause } from "../../src/invocation/cause.ts";
import { Frame } from "../../src/invocation/frame.ts";
import { Host } from "../../src/invocation/host.ts";
import { Ticket } from "../../src/invocation/ticket.ts";
import { unhandledRejections } from "../unhandled.ts";
import { testLatch, testScheduler } from "./fixture.ts";

const unhandled = unhandledRejections();

/** The pump is free; first in its queue is a dose that waits for the balance, and behind that a call that could run. */
function waitingForAnother(bench: ReturnType<typeof testScheduler>) {
  const [pump, balance] = [bench.thing("pump"), bench.thing("balance")];
  const weigh = balance.request("weigh", () => sleep(1000));
  const dose = pump.request("dose", () => {}, { reserves: [balance] });
  const next = pump.request("dispense", () => sleep(50));
  return { pump, weigh, dose, next };
}

test("what waits behind a ticket that a stop drops is dropped with it, and never starts", async () => {
  const bench = testScheduler();
  const { pump, weigh, dose, next } = waitingForAnother(bench);
  bench.scheduler.clear(pump.lane, "stopped", "ada");
  await bench.clock.advance(2000);
  expect([dose, next].map(({ status, reason, startedAt }) => [status, reason, startedAt])).toEqual([
    ["cancelled", "stopped", undefined],
    ["cancelled", "stopped", undefined],
  ]);
  expect([weigh.status, unhandled]).toEqual(["completed", []]);
});

test("what waits behind a ticket that is refused with its Thing is refused with it, and never starts", async () => {
  const bench = testScheduler();
  const { pump, dose, next } = waitingForAnother(bench);
  bench.scheduler.refuse(pump.lane, new Error("the cable is out"));
  await bench.clock.advance(2000);
  expect([dose, next].map(({ status, error, startedAt }) => [status, error?.message, startedAt])).toEqual([
    ["error", "the cable is out", undefined],
    ["error", "the cable is out", undefined],
  ]);
});

test("a call that waits for a refused Thing inside another invocation is refused as well, and its caller may go on", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const [dispenser, pump] = [thing("dispenser"), thing("pump")];
  const dispense = pump.request("dispense", () => sleep(1000));
  const dose = dispenser.request("dose", () => pump.perform("rinse", () => {}).catch((error: Error) => error.message));
  await clock.advance(10);
  scheduler.refuse(pump.lane, new Error("the cable is out"));
  await clock.until(dose.ended);
  expect([dose.status, dose.output, dose.steps[0]?.status]).toEqual(["completed", "the cable is out", "error"]);
  expect([clock.now(), dispense.status]).toEqual([10, "running"]);
});

test("what waits behind a ticket that an emergency stop drops is dropped with it, and never starts", async () => {
  const { admission, press } = testLatch();
  const bench = testScheduler({ admission });
  const { weigh, dose, next } = waitingForAnother(bench);
  press();
  bench.scheduler.breakOffAll("emergency_stop", "ada", () => {});
  await bench.clock.advance(5000);
  expect([weigh, dose, next].map(({ status, reason }) => [status, reason])).toEqual([
    ["cancelled", "emergency_stop"],
    ["cancelled", "emergency_stop"],
    ["cancelled", "emergency_stop"],
  ]);
  expect([next.startedAt, unhandled]).toEqual([undefined, []]);
});

test("two emergency stops in one breath are one for what waits", () => {
  const { scheduler, thing } = testScheduler();
  const pump = thing("pump");
  pump.request("runs", () => sleep(1000));
  const waits = pump.request("waits", () => sleep(1000));
  scheduler.breakOffAll("emergency_stop", "ada", () => {});
  scheduler.breakOffAll("emergency_stop", "bob", () => {});
  expect([waits.status, waits.error?.message]).toEqual(["cancelled", "cancelled by ada (emergency_stop)"]);
});

test("calls that replace each other in one breath leave the last", async () => {
  const { clock, thing } = testScheduler();
  const pump = thing("pump");
  const jog = () => pump.request("jog", () => sleep(5), { whenBusy: "replace" });
  const jogs = [jog(), jog(), jog(), jog()];
  await clock.until(Promise.all(jogs.map(({ ended }) => ended)));
  expect(jogs.map(({ status }) => status)).toEqual(["cancelled", "cancelled", "cancelled", "completed"]);
});

test("a call that finds no room has replaced nothing", async () => {
  const { clock, thing } = testScheduler();
  const pump = thing("pump", 1);
  const running = pump.request("jog", () => sleep(1000));
  pump.request("other", () => {});
  expect(() => pump.request("jog", () => {}, { whenBusy: "replace" })).toThrow(LaneFullError);
  await clock.until(running.ended);
  expect(running.status).toBe("completed");
});

function ticket() {
  const { scheduler, thing, clock } = testScheduler();
  const pump = thing("pump");
  const told: string[] = [];
  const host = new Host({ clock, log() {} }, (call) => scheduler.request(call));
  const frame = new Frame({ host, kind: "run", owner: pump, name: "move" });
  const made = new Ticket(
    frame,
    { lanes: [pump.lane], requestedBy: "a test" },
    () => told.push("started"),
    ({ error }) => told.push(error.message),
  );
  return { pump, ticket: made, told };
}

const cause = (why: string): Cause => ({ reason: "stopped", status: "cancelled", error: new Error(why) });

test("a ticket that is dropped twice is told once", () => {
  const { pump, ticket: one, told } = ticket();
  pump.request("before", () => sleep(1000));
  one.join();
  one.drop(cause("once"));
  Ticket.drop([one], cause("twice"));
  expect([told, pump.lane.queue]).toEqual([["once"], []]);
});

test("a ticket that has started is dropped no more", () => {
  const { pump, ticket: one, told } = ticket();
  one.join();
  one.drop(cause("too late"));
  expect([told, pump.lane.idle]).toEqual([["started"], false]);
});

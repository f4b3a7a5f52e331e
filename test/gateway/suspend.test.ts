import { expect, test } from "vitest";
import pump from "../../drivers/syringe-pump.ts";
import pumpTwin from "../../hardware-mocks/syringe-pump.ts";
import { sleep } from "../../src/ambient.ts";
import { Supervisor } from "../../src/cli/systemd/supervisor.ts";
import { Watchdog } from "../../src/cli/systemd/watchdog.ts";
import type { Clock } from "../../src/clock.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { Health } from "../../src/gateway/health.ts";
import { Leases } from "../../src/gateway/leases.ts";
import { LoopLag } from "../../src/gateway/loop-lag.ts";
import { Scheduler } from "../../src/invocation/scheduler.ts";
import { openThing } from "../../src/testing/open-thing.ts";
import { WakingClock } from "../../src/waking-clock.ts";
import { TestThing, testJournal } from "../invocation/fixture.ts";

const hour = 3_600_000;

/** A machine that sleeps: its timers stand still, or fire late, all together and in their order. */
function machine() {
  const time = new DiscreteClock();
  let uptime = 0;
  let late = 0;
  const waking: number[] = [];
  const clock = new WakingClock({ clock: time, uptime: () => time.now() + uptime, slept: (ms) => waking.push(ms) });
  return {
    time,
    clock,
    waking,
    /** The clock of timers stands still. */
    suspend(ms: number) {
      uptime += ms;
    },
    /** It goes on, and no timer fires until this is over. */
    stalled: { now: () => time.now() + late, after: (ms: number, run: () => void) => time.after(ms, run) } as Clock,
    stall(ms: number) {
      late += ms;
    },
  };
}

test("F35: what is due while the machine sleeps fires when it wakes, in its order and once; the rest in its time", async () => {
  const { time, clock, suspend, waking } = machine();
  const fired: string[] = [];
  const set = (name: string, ms: number) => clock.after(ms, () => fired.push(`${name} at ${clock.now() / hour}`));
  set("second", 2 * hour);
  set("first", hour);
  set("third", 10 * hour);
  set("never", 3 * hour).cancel();
  suspend(8 * hour);
  await time.advance(250);
  expect([waking, fired.map((one) => one.split(" ")[0])]).toEqual([[8 * hour], ["first", "second"]]);
  await time.advance(2 * hour - 500);
  expect(fired).toHaveLength(2);
  await time.advance(250);
  expect(fired.at(-1)).toBe("third at 10");
  clock.stop();
  expect(time.nextDue()).toBeUndefined();
});

test("F35: a lease that has run out while the machine slept is over when it wakes, and its number is worth nothing", async () => {
  for (const way of ["suspended", "stalled"]) {
    const { time, clock, suspend, stalled, stall } = machine();
    const lost: string[] = [];
    const leases = new Leases();
    await leases.restore({
      scheduler: { leaseLost: (_number, _end, things, over) => void Promise.all(things.map(over)) },
      processClock: way === "stalled" ? stalled : clock,
      file: { kept: false, read: async () => ({ found: "nothing" }), write: async () => true },
      audit: { note() {} },
      events: { tell() {} },
      takenWith: (thing) => [thing],
      lost: async (thing) => void lost.push(thing),
      log() {},
    });
    const { number } = await leases.take("pump", "ada", { seconds: 60, note: "", onLoss: "finish" });
    const long = await leases.take("stage", "bob", { seconds: 36_000, note: "", onLoss: "finish" });
    if (way === "stalled") stall(8 * hour);
    else {
      suspend(8 * hour);
      await time.advance(250);
    }
    expect(() => leases.assertCurrent([number])).toThrow(`lease ${number} has ended`);
    expect([leases.of("pump"), leases.of("stage")?.number]).toEqual([undefined, long.number]);
    await time.advance(1);
    expect([way, lost]).toEqual([way, ["pump"]]);
    leases.close();
  }
});

test("F35: what should have begun by then does not begin late, also when its turn comes before its timer", async () => {
  const { time, stalled, stall } = machine();
  const scheduler = new Scheduler({
    ...{ clock: time, processClock: stalled, journal: testJournal(), admission: { admit: () => {} }, log: () => {} },
  });
  const thing = new TestThing(scheduler, "pump");
  const begun: string[] = [];
  const first = thing.request("first", () => sleep(1000));
  const late = thing.request("late", () => void begun.push("late"), { startWithinMs: 60_000 });
  const patient = thing.request("patient", () => void begun.push("patient"));
  stall(8 * hour);
  await time.until(Promise.all([first.ended, late.ended, patient.ended]));
  expect([late.status, late.reason, begun]).toEqual(["error", "deadline", ["patient"]]);
});

test("F35: an exchange that the machine slept through times out, and no later one gets its reply", async () => {
  const { bench, thing, twin } = await openThing({
    ...{ definition: pump, twin: pumpTwin, config: { diameter: 26.59, syringeVolume: 60 } },
  });
  const rate = await bench.read("thing", "rate");
  await bench.clock.advance(1000);
  // What it has said meanwhile comes hours after the question.
  twin.delay(8 * hour);
  const slept = thing.read("rate").catch((error: { code?: string }) => error.code);
  expect(await bench.clock.until(slept)).toBe("BENCHD_DEVICE_TIMEOUT");
  await bench.clock.advance(9 * hour);
  expect([thing.state, thing.reason]).toEqual(["ready", undefined]);
  for (let asked = 0; asked < 20; asked++) {
    await bench.clock.advance(1000);
    expect(await bench.read("thing", "rate")).toBe(rate);
  }
  await bench.close();
});

test("F35: the watchdog is fed after a sleep, which is no fault of the loop's, and does not make up for what it missed", async () => {
  const { time, stalled, stall } = machine();
  const told: string[] = [];
  const health = new Health(stalled);
  health.add(new LoopLag(stalled));
  new Watchdog({
    ...{ clock: stalled, withinMs: 30_000, look: () => health.look(), status: () => "well", log: () => {} },
    supervisor: new Supervisor({ notify: (state) => told.push(state) > 0 }),
  });
  await time.advance(60_000);
  told.length = 0;
  stall(8 * hour);
  await time.advance(60_000);
  expect(told).toEqual(Array(6).fill("WATCHDOG=1"));
});

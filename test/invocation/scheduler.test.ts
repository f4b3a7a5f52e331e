import { expect, test } from "vitest";
import { acknowledgeCancel, background, detached, log, report, shield, sleep } from "../../src/ambient.ts";
import {
  DeadlockError,
  DeviceFaultError,
  InvocationCancelledError,
  LaneFullError,
  LaneHeldError,
} from "../../src/errors.ts";
import { messages, testScheduler } from "./fixture.ts";

test("an invocation goes from pending over running to completed, with its output, progress and log", async () => {
  const { clock, thing } = testScheduler();
  const pump = thing("pump");
  const first = pump.request("wait", () => sleep(10));
  const second = pump.request("dispense", async () => {
    report({ done: 1, of: 4 });
    log("primed");
    await sleep(1);
    return 42;
  });
  expect([first.status, second.status, second.queuePosition]).toEqual(["running", "pending", 0]);
  expect(second.waitingFor).toContain("pump/wait");
  await clock.advance(10);
  expect([first.status, second.status, second.progress]).toEqual(["completed", "running", 25]);
  expect([second.queuePosition, second.waitingFor]).toEqual([null, null]);
  await clock.until(second.ended);
  expect([second.status, second.output, second.progress]).toEqual(["completed", 42, 100]);
  expect(messages(second)).toEqual(["primed"]);
});

test("a cancel aborts the ambient wait and ends the invocation as cancelled", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const pump = thing("pump");
  const cleaned: string[] = [];
  const run = pump.request("dispense", async () => {
    try {
      await sleep(60_000);
    } finally {
      await shield(async () => {
        await sleep(100);
        cleaned.push("motor stopped");
      });
    }
  });
  await clock.advance(1000);
  scheduler.cancel(run, "client", "ada");
  await clock.until(run.ended);
  expect([run.status, run.reason, run.forced, cleaned, clock.now()]).toEqual([
    "cancelled",
    "client",
    false,
    ["motor stopped"],
    1100,
  ]);
});

test("a handler that ignores everything is fenced, then stopped, then made safe, and ends forced", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const pump = thing("pump");
  let finish = () => {};
  const stuck = pump.request("hang", () => new Promise<void>((resolve) => (finish = resolve)), { cancelGraceMs: 500 });
  scheduler.cancel(stuck, "client", "ada");
  await clock.advance(499);
  expect([stuck.status, pump.done]).toEqual(["running", []]);
  await clock.until(stuck.ended);
  expect([stuck.status, stuck.forced, stuck.outcome, pump.done]).toEqual([
    "cancelled",
    true,
    "unknown",
    ["stop", "safe state"],
  ]);
  expect(pump.quarantined).toContain("hang");
  finish();
  await clock.advance(0);
  expect([pump.quarantined, stuck.status]).toEqual([undefined, "cancelled"]);
});

test("a handler that returns after a cancel has completed; one that throws something else has failed", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const pump = thing("pump");
  const returns = pump.request("a", () => sleep(50).catch(() => "done"));
  scheduler.cancel(returns, "client", "ada");
  await clock.until(returns.ended);
  expect([returns.status, returns.output]).toEqual(["completed", "done"]);
  const throws = pump.request("b", () =>
    sleep(50).catch(() => {
      throw new DeviceFaultError("it jams");
    }),
  );
  scheduler.cancel(throws, "client", "ada");
  await clock.until(throws.ended);
  expect([throws.status, throws.error?.message]).toEqual(["error", "it jams"]);
});

test("a swallowed cancel comes again at the next wait, until it is acknowledged", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const seen: string[] = [];
  const run = thing("pump").request("dispense", async () => {
    await sleep(10).catch((error) => seen.push(error.constructor.name));
    await sleep(10).catch((error) => seen.push(error.constructor.name));
    seen.push(String(acknowledgeCancel()));
    await sleep(10_000);
    seen.push(String(acknowledgeCancel()));
  });
  scheduler.cancel(run, "client", "ada");
  await clock.until(run.ended);
  expect(seen).toEqual([InvocationCancelledError.name, InvocationCancelledError.name, "true", "false"]);
  expect([run.status, clock.now()]).toEqual(["completed", 10_000]);
});

test("F04: work that swallows its cancel in a loop lets others run, and is cut off when its grace is over", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const [pump, valve] = [thing("pump"), thing("valve")];
  const run = pump.request("dispense", async () => {
    for (;;) await sleep(100).catch(() => {});
  });
  scheduler.cancel(run, "client", "ada");
  const other = valve.request("turn", () => sleep(3000));
  await clock.until(other.ended);
  expect([other.status, run.status]).toEqual(["completed", "running"]);
  await clock.until(run.ended);
  expect([run.status, run.forced, clock.now()]).toEqual(["cancelled", true, 5000]);
});

test("a place is freed only when the handler and all its children have settled", async () => {
  const { clock, thing } = testScheduler();
  const [pump, valve] = [thing("pump"), thing("valve")];
  const order: string[] = [];
  pump.request("a", async () => {
    void valve.perform("slow", async () => {
      await sleep(100);
      order.push("nested ended");
    });
    background(async () => {
      await sleep(200);
      order.push("background ended");
    });
    order.push("handler returned");
  });
  const next = pump.request("b", () => order.push("next started"));
  await clock.until(next.ended);
  expect(order).toEqual(["handler returned", "nested ended", "background ended", "next started"]);
});

test("work in the background that fails ends the handler and fails the invocation", async () => {
  const { clock, thing } = testScheduler();
  const run = thing("pump").request("a", async () => {
    background(async () => {
      await sleep(10);
      throw new DeviceFaultError("lost the probe");
    });
    await sleep(60_000);
  });
  await clock.until(run.ended);
  expect([run.status, run.error?.message, clock.now()]).toEqual(["error", "lost the probe", 10]);
});

test("detached work outlives its invocation and is cancelled on its own", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const pump = thing("pump");
  let id = "";
  const run = pump.request("a", () => {
    id = detached("evaporate", () => sleep(1000)).id;
  });
  await clock.until(run.ended);
  const other = await scheduler.find(id);
  expect([other?.status, other?.action, other?.requestedBy]).toEqual(["running", "evaporate", run.id]);
  if (other) scheduler.cancel(other, "client", "ada");
  await clock.until(other?.ended ?? Promise.resolve());
  expect(other?.status).toBe("cancelled");
});

test("F27: A that waits for B that waits for A fails at once, with the circle named", async () => {
  const { clock, thing } = testScheduler();
  const [pump, stage] = [thing("pump"), thing("stage")];
  const a = pump.request("a", async () => {
    await sleep(10);
    await stage.perform("move", () => sleep(1));
  });
  const b = stage.request("b", async () => {
    await sleep(20);
    await pump.perform("dose", () => sleep(1));
  });
  await clock.until(Promise.all([a.ended, b.ended]));
  expect([a.status, b.status, clock.now()]).toEqual(["completed", "error", 21]);
  expect(b.error).toBeInstanceOf(DeadlockError);
  expect(b.error?.message).toContain("waits for pump, held by pump/a");
  expect(b.error?.message).toContain("waits for stage, held by stage/b");
});

test("F27: a circle of three is found, and a call of one's own lane is none", async () => {
  const { clock, thing } = testScheduler();
  const things = [thing("x"), thing("y"), thing("z")];
  const runs = things.map((one, index) =>
    one.request("go", async () => {
      await one.perform("own", () => sleep(5));
      await things[(index + 1) % 3]?.perform("next", () => sleep(1));
    }),
  );
  await clock.until(Promise.all(runs.map(({ ended }) => ended)));
  expect(runs.map(({ status }) => status).sort()).toEqual(["completed", "completed", "error"]);
});

test("F27: tickets for the same Things in opposite orders never wait for each other in a circle", async () => {
  const { clock, thing } = testScheduler();
  const [pump, balance] = [thing("pump"), thing("balance")];
  const order: number[] = [];
  const runs = Array.from({ length: 20 }, (_, n) => {
    const [own, other] = n % 2 ? [pump, balance] : [balance, pump];
    const work = async () => {
      order.push(n);
      await sleep(5);
    };
    return own.request("dose", work, { reserves: [other] });
  });
  await clock.until(Promise.all(runs.map(({ ended }) => ended)));
  expect(order).toEqual(runs.map((_, n) => n));
  expect(clock.now()).toBe(100);
});

test("F28: siblings take turns on a lane, and a child enters its parent's", async () => {
  const { clock, thing } = testScheduler();
  const [dispenser, pump] = [thing("dispenser"), thing("pump")];
  let running = 0;
  let most = 0;
  const once = async () => {
    most = Math.max(most, ++running);
    await sleep(10);
    running--;
  };
  const run = dispenser.request(
    "dose",
    () => Promise.all([pump.perform("a", once), pump.perform("b", once), pump.perform("c", once)]),
    { reserves: [pump] },
  );
  await clock.until(run.ended);
  expect([run.status, most, clock.now()]).toEqual(["completed", 1, 30]);
});

test("a nested call overtakes what has not started, and is a step of the same invocation", async () => {
  const { clock, thing } = testScheduler();
  const [dispenser, pump] = [thing("dispenser"), thing("pump")];
  const order: string[] = [];
  pump.request("running", () => sleep(100));
  const waiting = pump.request("waiting", () => order.push("waiting"));
  const dose = dispenser.request("dose", () =>
    pump.perform("dispense", async () => {
      log("pumping");
      order.push("nested");
    }),
  );
  await clock.until(waiting.ended);
  expect(order).toEqual(["nested", "waiting"]);
  expect(dose.steps.map(({ thing, action, status }) => [thing, action, status])).toEqual([
    ["pump", "dispense", "completed"],
  ]);
  expect(messages(dose)).toEqual(["pumping"]);
});

test("a nested time-out is an error to the caller, who may go on", async () => {
  const { clock, thing } = testScheduler();
  const [dispenser, pump] = [thing("dispenser"), thing("pump")];
  const run = dispenser.request("dose", () =>
    pump.perform("dispense", () => sleep(60_000), { timeoutMs: 100 }).catch((error) => error.code),
  );
  await clock.until(run.ended);
  expect([run.status, run.output, run.steps[0]?.status]).toEqual(["completed", "BENCHD_DEADLINE_EXCEEDED", "error"]);
});

test("a nested call that ignores its time-out is cut off alone: the caller goes on, its Thing is quarantined", async () => {
  const { clock, thing } = testScheduler();
  const [dispenser, pump] = [thing("dispenser"), thing("pump")];
  const run = dispenser.request("dose", async () => {
    await pump.perform("hang", () => new Promise(() => {}), { timeoutMs: 100, cancelGraceMs: 50 }).catch(() => {});
    await sleep(10);
    return "went on";
  });
  await clock.until(run.ended);
  expect([run.status, run.output, run.forced]).toEqual(["completed", "went on", false]);
  expect([pump.done, dispenser.done]).toEqual([["stop", "safe state"], []]);
  expect(pump.quarantined).toContain("hang");
});

test("a full lane refuses, and rejects or replaces as the action wants", async () => {
  const { clock, thing } = testScheduler();
  const pump = thing("pump", 2);
  const running = pump.request("move", () => sleep(100));
  expect(() => pump.request("home", () => {}, { whenBusy: "reject" })).toThrow(LaneHeldError);
  const jog = pump.request("move", () => sleep(5), { whenBusy: "replace" });
  await clock.until(jog.ended);
  expect([running.status, running.reason, jog.status, clock.now()]).toEqual(["cancelled", "replaced", "completed", 5]);
  for (let n = 0; n < 3; n++) pump.request("move", () => sleep(100));
  expect(() => pump.request("move", () => {})).toThrow(LaneFullError);
});

test("work that cannot start in time is dropped, not run late", async () => {
  const { processClock, thing } = testScheduler();
  const pump = thing("pump");
  pump.request("long", () => sleep(1000));
  const late = pump.request("quick", () => {}, { startWithinMs: 500 });
  await processClock.until(late.ended);
  expect([late.status, late.error?.name, processClock.now()]).toEqual(["error", "DeadlineExceededError", 500]);
});

test("a write waits a second for the lane, then names the holder", async () => {
  const { clock, thing } = testScheduler();
  const pump = thing("pump");
  pump.request("long", () => sleep(1500));
  const first = pump.write("rate", () => {});
  first.catch(() => {});
  await clock.advance(1000);
  await expect(first).rejects.toThrow(/pump\/long/);
  const second = pump.write("rate", () => {});
  await clock.until(second);
  expect(clock.now()).toBe(1500);
});

test("clearing a lane ends the root that holds it, whoever that is, and drops its queue", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const [dispenser, pump] = [thing("dispenser"), thing("pump")];
  const dose = dispenser.request("dose", () => pump.perform("dispense", () => sleep(60_000)));
  await clock.advance(10);
  const queued = pump.request("dispense", () => {});
  scheduler.clear(pump.lane, "stopped", "ada");
  await clock.until(dose.ended);
  expect([dose.status, dose.reason, queued.status, queued.reason]).toEqual([
    "cancelled",
    "stopped",
    "cancelled",
    "stopped",
  ]);
});

test("cutting off everything fences before it stops, and drops what waits", async () => {
  const { clock, scheduler, thing } = testScheduler();
  const pump = thing("pump");
  const order: string[] = [];
  const run = pump.request("dispense", async () => {
    try {
      await sleep(60_000);
    } finally {
      await shield(() => sleep(10)).catch(() => order.push("clean-up refused"));
    }
  });
  const queued = pump.request("dispense", () => order.push("started"));
  scheduler.breakOffAll("emergency_stop", "ada", () => order.push("stop sent"));
  expect(order).toEqual(["stop sent"]);
  await clock.until(run.ended);
  expect([run.status, run.reason, run.forced, queued.status]).toEqual([
    "cancelled",
    "emergency_stop",
    true,
    "cancelled",
  ]);
  expect(order).toEqual(["stop sent", "clean-up refused"]);
  expect(pump.quarantined).toBeUndefined();
});

test("the guards are asked when work is requested and again when it starts, for nested calls and writes alike", async () => {
  const asked: string[] = [];
  let closed = false;
  const admission = {
    admit({ affordance }: { affordance: string }, moment: string) {
      asked.push(`${affordance} ${moment}`);
      if (closed && moment === "start") throw new DeviceFaultError("it has been taken away");
    },
  };
  const { clock, thing } = testScheduler({ admission });
  const [pump, valve] = [thing("pump"), thing("valve")];
  const first = pump.request("first", () => sleep(10));
  const second = pump.request("second", () => "ran");
  const nested = valve.request("nested", async () => {
    await sleep(5);
    closed = true;
    await pump.perform("step", () => "ran");
  });
  const write = pump.write("rate", () => "ran");
  await clock.until(Promise.all([first.ended, second.ended, nested.ended, write.catch(() => {})]));
  expect([second.status, second.error?.message]).toEqual(["error", "it has been taken away"]);
  expect([nested.status, nested.steps[0]?.status]).toEqual(["error", "error"]);
  await expect(write).rejects.toThrow("it has been taken away");
  expect(asked).toEqual(expect.arrayContaining(["step request", "step start", "rate request", "rate start"]));
});

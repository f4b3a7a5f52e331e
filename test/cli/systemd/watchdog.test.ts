import { expect, test } from "vitest";
import { Supervisor } from "../../../src/cli/systemd/supervisor.ts";
import { Watchdog, watchdogMs } from "../../../src/cli/systemd/watchdog.ts";
import { DiscreteClock } from "../../../src/discrete-clock.ts";
import { Health } from "../../../src/gateway/health.ts";

function watched() {
  const clock = new DiscreteClock();
  const told: string[] = [];
  const logged: string[] = [];
  const health = new Health(clock);
  let wrong: string | undefined;
  health.add({ name: "lanes", check: () => wrong });
  const watchdog = new Watchdog({
    supervisor: new Supervisor({ notify: (state) => told.push(state) > 0 }),
    clock,
    withinMs: 30_000,
    look: () => health.look(),
    status: () => "2 of 2 Things are ready",
    log: (level, message) => void logged.push(`${level}: ${message}`),
  });
  return { clock, watchdog, told, logged, be: (why: string | undefined) => (wrong = why) };
}

test("the watchdog is fed three times in its time, for as long as the gateway is well", async () => {
  const { clock, watchdog, told } = watched();
  await clock.advance(60_000);
  expect(told).toEqual(["WATCHDOG=1", "STATUS=2 of 2 Things are ready", ...Array(6).fill("WATCHDOG=1")]);
  watchdog.stop();
  await clock.advance(60_000);
  expect(told).toHaveLength(8);
});

test("a lane that does not come free starves the watchdog, which says why, once", async () => {
  const { clock, told, logged, be } = watched();
  be("pump/hang still holds pump, 4 s too long");
  await clock.advance(20_000);
  // It has just been found: that may pass.
  expect(told.filter((state) => state === "WATCHDOG=1")).toHaveLength(2);
  await clock.advance(100_000);
  expect(told.filter((state) => state === "WATCHDOG=1")).toHaveLength(2);
  expect(told.at(-1)).toBe("STATUS=not well, so systemd will end it: lanes: pump/hang still holds pump, 4 s too long");
  expect(logged).toEqual([
    "error: the watchdog is not fed any more, so systemd will end this process: lanes: pump/hang still holds pump, 4 s too long",
  ]);
  be(undefined);
  await clock.advance(10_000);
  expect(told.slice(-2)).toEqual(["WATCHDOG=1", "STATUS=2 of 2 Things are ready"]);
  expect(logged.at(-1)).toBe("warn: well again: the watchdog is fed");
});

test.each([
  [{}, undefined],
  [{ WATCHDOG_USEC: "20000000" }, 20_000],
  [{ WATCHDOG_USEC: "20000000", WATCHDOG_PID: "7" }, 20_000],
  [{ WATCHDOG_USEC: "20000000", WATCHDOG_PID: "8" }, undefined],
  [{ WATCHDOG_USEC: "0" }, undefined],
  [{ WATCHDOG_USEC: "soon" }, undefined],
])("systemd's watchdog by the environment %j of process 7: %j ms", (environment, ms) => {
  expect(watchdogMs(environment, 7)).toBe(ms);
});

test("what is told is one line, and after it has begun to end nothing about its state", () => {
  const told: string[] = [];
  const supervisor = new Supervisor({ notify: (state) => told.push(state) > 0 });
  supervisor.ready("here\nMAINPID=1");
  supervisor.stopping("ending, by SIGTERM", 30_000);
  supervisor.status("2 of 2 Things are ready");
  supervisor.stopping("again", 1);
  expect(told).toEqual([
    "READY=1\nSTATUS=here MAINPID=1",
    "STOPPING=1\nSTATUS=ending, by SIGTERM\nEXTEND_TIMEOUT_USEC=30000000",
  ]);
});

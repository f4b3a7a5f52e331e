import { openThing } from "benchd/testing";
import { expect, test } from "vitest";
import definition from "../../drivers/valve.ts";
import twin from "../../hardware-mocks/valve.ts";

const gpio = {
  valve: { line: 16, activeLow: true, pull: "up" },
  opened_contact: { line: 25, activeLow: true, pull: "up" },
  closed_contact: { line: 26, activeLow: true, pull: "up" },
} as const;
const sensed = { sensed: ["opened", "closed"] };

const openValve = (config: Readonly<Record<string, unknown>> = sensed) => openThing({ definition, twin, gpio, config });

test("a valve opens shut, and without current", async () => {
  const { bench, twin: valve } = await openValve();
  expect([valve.energised, valve.opened, await bench.read("thing", "opened")]).toEqual([false, false, false]);
});

test("it opens and closes, and its contacts say so", async () => {
  const { bench, twin: valve } = await openValve();
  expect((await bench.run("thing", "open")).status).toBe("completed");
  expect([valve.opened, await bench.read("thing", "opened")]).toEqual([true, true]);
  expect((await bench.run("thing", "close")).status).toBe("completed");
  expect([valve.opened, await bench.read("thing", "opened")]).toEqual([false, false]);
});

test.each([0.05, 0.5, 3.25])("open_for %d s keeps the coil under current for exactly that time", async (seconds) => {
  const { bench, twin: valve } = await openValve();
  const changes: number[] = [];
  const run = bench.start("thing", "open_for", { seconds });
  for (let was = false; run.status !== "completed"; await bench.clock.step()) {
    if (valve.energised !== was) changes.push(bench.clock.now());
    was = valve.energised;
  }
  const [on = 0, off = 0] = changes;
  expect(off - on).toBeCloseTo(seconds * 1000, 6);
  expect(run.output).toEqual({ seconds });
});

test("open_for tells how long it was open to the millisecond", async () => {
  const { bench } = await openValve();
  expect((await bench.run("thing", "open_for", { seconds: 1.500_180_9 })).output).toEqual({ seconds: 1.5 });
});

test.each(["open", "open_for"])("a cancelled %s closes the valve", async (action) => {
  const { bench, twin: valve } = await openValve();
  const run = bench.start("thing", action, action === "open_for" ? { seconds: 5 } : undefined);
  await bench.clock.advance(50);
  expect(valve.opened).toBe(true);
  await bench.cancel(run);
  await bench.ended(run);
  expect([run.status, valve.energised]).toEqual(["cancelled", false]);
});

test("a valve that is stuck shut is told, and its coil is let go of", async () => {
  const { bench, twin: valve } = await openValve();
  valve.stick();
  const run = await bench.run("thing", "open_for", { seconds: 2 });
  expect(run.error?.message).toContain("told to open, but its contacts do not say so");
  expect(valve.energised).toBe(false);
});

test("a valve that is stuck open is told when it does not close", async () => {
  const { bench, twin: valve } = await openValve();
  const run = bench.start("thing", "open_for", { seconds: 2 });
  await bench.clock.advance(1000);
  valve.stick();
  await bench.ended(run);
  expect(run.error?.message).toContain("told to close, but its contacts do not say so");
  expect(await bench.read("thing", "opened")).toBe(true);
});

test("a valve that is left open is let go of after its longest time under current", async () => {
  const { bench, twin: valve } = await openValve({ ...sensed, maxEnergised: 10 });
  const events: string[] = [];
  bench.thing("thing").observe((news) => news.kind === "event" && events.push(news.name));
  await bench.run("thing", "open");
  await bench.clock.advance(9000);
  await bench.run("thing", "close");
  await bench.run("thing", "open");
  await bench.clock.advance(9000);
  expect([valve.energised, events]).toEqual([true, []]);
  await bench.clock.advance(1000);
  expect([valve.energised, events]).toEqual([false, ["let_go"]]);
  expect(bench.logged.join("\n")).toContain("under current for 10 s: let go of");
});

test("opening an open valve again does not prolong its time", async () => {
  const { bench, twin: valve } = await openValve({ maxEnergised: 10 });
  await bench.run("thing", "open");
  await bench.clock.advance(6000);
  await bench.run("thing", "open");
  await bench.clock.advance(4000);
  expect(valve.energised).toBe(false);
});

test("a time longer than it may be under current is refused before anything moves", async () => {
  const { bench, twin: valve } = await openValve({ maxEnergised: 10 });
  const run = await bench.run("thing", "open_for", { seconds: 11 });
  expect([run.error?.message, valve.energised]).toEqual([expect.stringContaining("longer than it may be"), false]);
});

test("a normally open valve is closed by current, and safe is without", async () => {
  const { bench, twin: valve } = await openValve({ ...sensed, normally: "open" });
  expect([valve.energised, await bench.read("thing", "opened")]).toEqual([false, true]);
  await bench.run("thing", "close");
  expect([valve.energised, await bench.read("thing", "opened")]).toEqual([true, false]);
  await bench.run("thing", "stop");
  expect(valve.energised).toBe(false);
});

test("stop, an emergency stop and closing let go of the coil", async () => {
  const { bench, twin: valve } = await openValve();
  for (const end of [
    () => bench.run("thing", "stop"),
    () => bench.clock.until(bench.gateway.emergencyStop.trip("ada")),
    () => bench.close(),
  ]) {
    if (bench.gateway.emergencyStop.latch) await bench.clock.until(bench.gateway.emergencyStop.clear("ada"));
    await bench.run("thing", "open");
    expect(valve.energised).toBe(true);
    await end();
    expect(valve.energised).toBe(false);
  }
});

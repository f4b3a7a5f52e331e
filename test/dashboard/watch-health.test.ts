import { afterEach, beforeEach, expect, test } from "vitest";
import type { About } from "../../dashboard/bench/shapes.ts";
import { watchHealth } from "../../dashboard/bench/watch-health.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { settled, toldBench } from "./told-bench.ts";

const disk = { code: "probe_failed", name: "disk", message: "200 MiB are left" };
const clockReason = { code: "clock_not_trusted", name: null, message: "nobody vouches for it" };
const lost = { code: "thing_not_ready", name: "pump", message: "it is disconnected" };

/** A tab that somebody looks at, or does not. */
class Tab {
  hidden = false;
  listeners = new Set<() => void>();
  addEventListener(_: string, heard: () => void) {
    this.listeners.add(heard);
  }
  removeEventListener(_: string, heard: () => void) {
    this.listeners.delete(heard);
  }
  show(seen: boolean) {
    this.hidden = !seen;
    for (const heard of this.listeners) heard();
  }
}

let answers: Map<string, unknown>;
let clock: DiscreteClock;
let told: ReturnType<typeof toldBench>;
let tab: Tab;
let end: () => void;
beforeEach(async () => {
  answers = new Map<string, unknown>([["/health", { status: "ok", reasons: [] }]]);
  clock = new DiscreteClock();
  told = toldBench(answers, clock);
  tab = new Tab();
  end = watchHealth(told.bench, tab);
  await settled();
});
afterEach(() => end());

const pass = async (ms: number) => {
  await clock.advance(ms);
  await settled();
};
const asks = () => told.asked.filter((path) => path === "/health").length;
const degraded = (...reasons: readonly unknown[]) => answers.set("/health", { status: "degraded", reasons });
const reasons = () => told.bench.health.value.reasons;

test("what only the gateway knows of itself is told within 20 s, and gone when it is gone", async () => {
  degraded(disk, lost);
  expect(reasons()).toEqual([]);
  await pass(20_000);
  // That a Thing is lost comes by an event.
  expect(reasons()).toEqual([disk]);
  answers.set("/health", { status: "ok", reasons: [] });
  await pass(20_000);
  expect([reasons(), asks()]).toEqual([[], 3]);
});

test("it is asked only while somebody looks and the connection is there, and at once when that is so again", async () => {
  tab.show(false);
  await pass(600_000);
  expect(asks()).toBe(1);
  tab.show(true);
  await settled();
  expect(asks()).toBe(2);
  told.live("lost");
  await pass(600_000);
  tab.show(true);
  await settled();
  expect(asks()).toBe(2);
  told.live();
  await settled();
  expect(asks()).toBe(3);
  end();
  expect(tab.listeners.size).toBe(0);
  await pass(600_000);
  told.live("lost");
  told.live();
  await settled();
  expect(asks()).toBe(3);
});

test("a gateway that is not well says so by a refusal; any other refusal leaves it unknown, with what was known", async () => {
  answers.set("/health", Response.json({ status: "failing", reasons: [disk] }, { status: 503 }));
  await pass(20_000);
  expect(told.bench.health.value).toEqual({ failing: true, untold: false, reasons: [disk], failed: "" });
  answers.set("/health", Response.json({ detail: "you ask too often" }, { status: 429 }));
  await pass(20_000);
  expect(told.bench.health.value).toEqual({
    ...{ failing: true, untold: false, reasons: [disk], failed: "you ask too often" },
  });
  answers.set("/health", { status: "degraded" });
  await pass(20_000);
  expect(told.bench.health.value).toEqual({ failing: false, untold: true, reasons: [], failed: "" });
  answers.set("/health", "what is this");
  await pass(20_000);
  expect(told.bench.health.value.failed).toBe("what answers does not say how it is");
});

test("an answer that never comes is waited for 10 s, and a late one says nothing", async () => {
  let answer = (_: unknown) => {};
  answers.set("/health", new Promise((resolve) => (answer = resolve)));
  await pass(20_000);
  await pass(10_000);
  answer({ status: "degraded", reasons: [disk] });
  await settled();
  expect(told.bench.health.value).toMatchObject({ reasons: [], failed: "no answer has come" });
  degraded();
  await pass(20_000);
  expect(told.bench.health.value.failed).toBe("");
});

test("when its clock is trusted again, or no more, it is asked what time it is; otherwise not", async () => {
  const about = () => told.asked.filter((path) => path === "/gateway/about").length;
  const now = () => new Date(Date.now() + 3_600_000).toISOString();
  answers.set("/gateway/about", { ...told.bench.about.value, now: now(), clock: { trusted: false } });
  degraded(clockReason);
  await pass(20_000);
  await pass(60_000);
  expect([about(), told.bench.about.value?.clock.trusted]).toEqual([1, false]);
  expect(told.bench.clockAhead.value).toBeGreaterThan(3_500_000);
  answers.set("/gateway/about", { ...told.bench.about.value, clock: { trusted: true } });
  degraded();
  await pass(20_000);
  await pass(60_000);
  expect([about(), told.bench.about.value?.clock.trusted]).toEqual([2, true]);
});

test("a clock that was not trusted when the bench was read is no news", async () => {
  end();
  const other = toldBench(answers, clock);
  other.bench.about.value = { ...(other.bench.about.value as About), clock: { trusted: false } };
  degraded(clockReason);
  end = watchHealth(other.bench, tab);
  await settled();
  expect(other.asked).toEqual(["/health"]);
  expect(other.bench.health.value.reasons).toEqual([clockReason]);
});

test("what is asked is given up when the connection is lost, and nothing is said of that", async () => {
  let answer = (_: unknown) => {};
  answers.set("/health", new Promise((resolve) => (answer = resolve)));
  await pass(20_000);
  const lately = () => told.signals.at(-1)?.aborted;
  expect(lately()).toBe(false);
  told.live("lost");
  expect(lately()).toBe(true);
  answer({ status: "degraded", reasons: [disk] });
  await settled();
  expect(told.bench.health.value).toMatchObject({ reasons: [], failed: "" });
});

test("a gateway that tells much tells so much of it here, and no more", async () => {
  degraded(...Array.from({ length: 50 }, (_, n) => ({ ...disk, name: `${n}`, message: "x".repeat(5000) })));
  await pass(20_000);
  expect([reasons().length, reasons()[0]?.message.length]).toEqual([20, 500]);
});

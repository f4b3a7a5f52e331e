import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { realClock } from "../../../src/clock.ts";
import { parseCondition } from "../../../src/condition.ts";
import { DiscreteClock, settled } from "../../../src/discrete-clock.ts";
import type { AlarmConfig } from "../../../src/experiment/alarm/alarm-config.ts";
import { openBench } from "../../../src/testing/open-bench.ts";
import { openWebhook } from "../notify/servers.ts";
import { probeThing } from "./probe.ts";

let stateDirectory: string;
let hook: Awaited<ReturnType<typeof openWebhook>>;
beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), "benchd-alarms-"));
  hook = await openWebhook();
});
afterEach(async () => {
  await hook.close();
  await rm(stateDirectory, { recursive: true });
});

const hot: AlarmConfig = {
  ...{ name: "too_hot", title: "The bath is too hot", unknown: "raise", notify: ["chat"] },
  watched: { kind: "condition", condition: parseCondition("probe.temperature > 80 for 30 s"), everyMs: 1000 },
  ...{ forMs: 30_000, clearAfterMs: 60_000 },
};
const lost: AlarmConfig = {
  ...{ name: "probe_lost", title: undefined, unknown: "raise", notify: ["chat"] },
  ...{ watched: { kind: "lost", thing: "probe" }, forMs: 10_000, clearAfterMs: 5000 },
};

/** What is sent over a real socket takes its real time. */
class PatientClock extends DiscreteClock {
  override after(ms: number, run: () => void) {
    return ms === 30_000 ? realClock.after(ms, run) : super.after(ms, run);
  }
}

const openAlarms = (...alarms: readonly AlarmConfig[]) => openWith(undefined, ...alarms);
/** With what outlives it. */
const openKept = (...alarms: readonly AlarmConfig[]) => openWith(stateDirectory, ...alarms);

async function openWith(kept: string | undefined, ...alarms: readonly AlarmConfig[]) {
  const { probe, definition } = probeThing();
  const processClock = new PatientClock();
  const bench = await openBench(
    { probe: { definition } },
    {
      ...(kept && { stateDirectory: kept }),
      plans: { alarms, notifiers: [{ name: "chat", way: { kind: "webhook", url: hook.url, token: undefined } }] },
      processClock,
      clockTrusted: () => true,
    },
  );
  const told = () =>
    bench.gateway.events.after(0).events.flatMap(({ event }) => (event.kind === "alarm" ? [event] : []));
  /** Until somebody has been told. */
  const posted = async () => {
    const next = hook.next();
    await processClock.advance(60_000);
    const { body } = await next;
    // The answer has to come back.
    while (alarms.some(({ name }) => bench.gateway.experiments.alarms.telling("chat", name).owed)) await settled();
    return body;
  };
  return { ...bench, probe, processClock, told, posted, alarms: bench.gateway.experiments.alarms };
}

test("what holds for long enough raises an alarm, and what is over for long enough clears it: each is one event and one message", async () => {
  const { clock, probe, told, posted, gateway, close } = await openAlarms(hot);
  probe.value = 85;
  await clock.advance(29_000);
  probe.value = 79;
  await clock.advance(1000);
  probe.value = 85;
  await clock.advance(29_000);
  expect(told()).toEqual([]);
  await clock.advance(3000);
  const event = { kind: "alarm", name: "too_hot", things: ["probe"] };
  const raised = { ...event, raised: true, reason: "probe.temperature is 85" };
  expect(told()).toEqual([raised]);
  expect(await posted()).toMatchObject({
    ...{ alarm: "too_hot", title: "The bath is too hot", state: "raised", reason: "probe.temperature is 85" },
    ...{ things: ["probe"], changes: 1, clockTrusted: true, version: "unknown" },
  });
  probe.value = 20;
  await clock.advance(59_000);
  probe.value = 81;
  await clock.advance(2000);
  probe.value = 21;
  await clock.advance(62_000);
  expect(told()).toEqual([raised, { ...event, raised: false, reason: "probe.temperature is 21" }]);
  expect(await posted()).toMatchObject({ state: "cleared", changes: 1, reason: "probe.temperature is 21" });
  await clock.advance(600_000);
  expect(hook.posted).toHaveLength(2);
  const noted = gateway.audit.page({ limit: 50 }).filter(({ what }) => what.startsWith("alarm"));
  expect(noted.map(({ what, detail }) => [what, detail])).toEqual([
    ["alarm.cleared", "too_hot: probe.temperature is 21"],
    ["alarm.raised", "too_hot: probe.temperature is 85"],
  ]);
  await close();
});

test("what cannot be read raises it after a minute, unless that is to be ignored", async () => {
  const blind = { ...hot, name: "blind", unknown: "ignore" } as const;
  const { clock, probe, told, alarms, close } = await openAlarms(hot, blind);
  probe.fails = true;
  await clock.advance(59_000);
  expect(told()).toEqual([]);
  expect(alarms.all.map(({ unknown }) => unknown)).toEqual(
    Array(2).fill("probe.temperature cannot be read: the probe is broken"),
  );
  await clock.advance(2000);
  expect(told()).toMatchObject([
    { name: "too_hot", raised: true, reason: "probe.temperature cannot be read: the probe is broken" },
  ]);
  await close();
});

test("a reading that never comes is as one that fails, and nothing piles up behind it", async () => {
  const { clock, probe, told, close } = await openAlarms(hot);
  await clock.advance(5000);
  const before = probe.reads;
  probe.hangs = true;
  await clock.advance(120_000);
  expect(probe.reads).toBe(before + 1);
  expect(told()).toMatchObject([{ raised: true, reason: "no answer within 10 s" }]);
  probe.letGo();
  await clock.advance(70_000);
  expect(told()).toMatchObject([{ raised: true }, { raised: false }]);
  await close();
});

test("its readings go behind all else that wants the device", async () => {
  const { clock, probe, close } = await openAlarms(hot);
  await clock.advance(3000);
  expect([...probe.kinds]).toEqual(["poll"]);
  await close();
});

test("a Thing that is lost raises its alarm, one that comes back clears it, and the end of benchd is none", async () => {
  const { clock, probe, thing, told, close, alarms } = await openAlarms(lost);
  await clock.advance(5000);
  probe.lose();
  await clock.advance(9000);
  expect(told()).toEqual([]);
  await clock.advance(3000);
  expect(told()).toMatchObject([
    { name: "probe_lost", raised: true, things: ["probe"], reason: expect.stringMatching(/^probe is faulted: /) },
  ]);
  expect(alarms.all[0]?.title).toBe("probe is lost");
  await clock.until(thing("probe").reset());
  await clock.advance(10_000);
  expect(told()).toMatchObject([{ raised: true }, { raised: false, reason: "probe is ready" }]);
  await close();
  expect(told()).toHaveLength(2);
});

test("what was raised is so after a restart, and nobody is told again", async () => {
  const first = await openKept(hot);
  first.probe.value = 90;
  await first.clock.advance(40_000);
  await first.posted();
  await first.close();

  const second = await openKept(hot);
  second.probe.value = 90;
  expect(second.alarms.all[0]).toMatchObject({
    raised: true,
    state: { changes: 1, reason: "probe.temperature is 90" },
  });
  await second.clock.advance(60_000);
  await second.processClock.advance(600_000);
  expect(second.told()).toEqual([]);
  second.probe.value = 20;
  await second.clock.advance(70_000);
  expect(await second.posted()).toMatchObject({ state: "cleared", changes: 1 });
  expect(hook.posted).toHaveLength(2);
  await second.close();
});

test("whom nobody could tell before the end is told after the next start, once, with the id that he was to get", async () => {
  hook.state.status = 503;
  const first = await openKept(hot);
  first.probe.value = 90;
  await first.clock.advance(40_000);
  const tried = await (async () => {
    const next = hook.next();
    await first.processClock.advance(0);
    return next;
  })();
  await first.close();
  hook.state.status = 200;
  const second = await openKept(hot);
  const taken = await second.posted();
  expect([taken["id"], taken["state"]]).toEqual([tried.body["id"], "raised"]);
  await second.processClock.advance(600_000);
  await second.close();
  const third = await openKept(hot);
  await third.processClock.advance(600_000);
  expect(hook.posted).toHaveLength(2);
  await third.close();
});

test("a file that was damaged is set aside and said; the alarms begin anew", async () => {
  await writeFile(join(stateDirectory, "alarms.json"), "{ torn");
  const { alarms, logged, close } = await openKept(hot);
  expect(alarms.all[0]?.state).toBeUndefined();
  expect(logged.join()).toContain("nobody knows which alarms were raised: their file was damaged");
  await close();
});

test("a file that says what cannot be is taken for one that says nothing", async () => {
  const odd = { too_hot: { raised: "yes" }, probe_lost: null, other: { raised: true } };
  await writeFile(join(stateDirectory, "alarms.json"), JSON.stringify(odd));
  const { alarms, close } = await openKept(hot, lost);
  expect(alarms.all.map(({ state }) => state)).toEqual([undefined, undefined]);
  await close();
});

import pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import counter from "../../drivers/counter.ts";
import { parseCondition } from "../../src/condition.ts";
import { buildApp } from "../../src/http/app.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { byHeader, whoHeader } from "../access/asking.ts";

const every = { kind: "every", everyMs: 60_000 } as const;
const noop = (thing: string) => ({ kind: "action", thing, action: "noop", input: undefined }) as const;

async function openPlanned() {
  const bench = await openBench(
    { counter: { definition: counter }, hidden: { definition: counter } },
    {
      plans: {
        schedules: [
          { name: "hourly", title: "Count", times: every, job: noop("counter") },
          { name: "night", title: undefined, times: every, job: noop("hidden") },
          {
            ...{ name: "cron", title: undefined },
            times: { kind: "cron", pattern: "0 6 * * *", timeZone: "UTC", untrustedClock: "wait" },
            job: { kind: "procedure", procedure: "/home/ada/titration.yaml", parameters: { limit: 8 } },
          },
        ],
        alarms: [
          {
            ...{ name: "high", title: undefined, forMs: 0, clearAfterMs: 0, unknown: "raise", notify: [] },
            watched: { kind: "condition", condition: parseCondition("counter.counter > 2"), everyMs: 1000 },
          },
          {
            ...{ name: "failed", title: undefined, forMs: 0, clearAfterMs: 0, unknown: "raise", notify: ["office"] },
            watched: { kind: "runFailed", procedure: undefined },
          },
        ],
      },
    },
  );
  const app = await buildApp({
    gateway: bench.gateway,
    config: { listen: { host: "127.0.0.1" }, allowedHosts: [], prefix: "" },
    log: pino({ level: "silent" }),
    clock: bench.clock,
    identify: byHeader({
      boss: [{ scope: "admin" }],
      reader: [{ scope: "read" }],
      guest: [{ scope: "operate", things: ["counter"] }],
    }),
  });
  const ask = async (who: string, method: "GET" | "POST", url: string, headers: Record<string, string> = {}) => {
    const answer = await app.inject({ method, url, headers: { ...headers, [whoHeader]: who } });
    return { status: answer.statusCode, body: answer.json() };
  };
  return { ...bench, app, ask };
}

let stand: Awaited<ReturnType<typeof openPlanned>>;
beforeEach(async () => {
  stand = await openPlanned();
});
afterEach(async () => {
  await stand.app.close();
  await stand.close();
});

test("schedules are told with what they do, when they begin, and what has come of it", async () => {
  const { ask, clock } = stand;
  await clock.advance(70_000);
  const { status, body } = await ask("boss", "GET", "/gateway/schedules");
  expect(status).toBe(200);
  const never = { paused: false, pausedBy: null, pausedAt: null, lastSkipped: null, running: null };
  expect(body.hourly).toEqual({
    ...{ title: "Count", things: ["counter"], everyMs: 60_000, invoke: "counter.noop", input: null, ...never },
    ...{ nextInMs: 50_000, waitsFor: null },
    lastStarted: { at: expect.any(String), invocation: expect.any(String) },
  });
  // Of a file its name is enough.
  expect(body.cron).toEqual({
    ...{ title: null, things: [], cron: "0 6 * * *", timeZone: "UTC", procedure: "titration.yaml", ...never },
    ...{ parameters: { limit: 8 }, nextInMs: null, waitsFor: "clock", lastStarted: null },
  });
});

test("whoever may operate its Things pauses and resumes a schedule, once for each key", async () => {
  const { ask, clock, gateway } = stand;
  const key = { "idempotency-key": "0f8e2c4a-7d11-4b67-9a51-0c6f3b0e4d21" };
  const paused = await ask("guest", "POST", "/gateway/schedules/hourly/pause", key);
  expect(paused).toMatchObject({ status: 200, body: { paused: true, pausedBy: "guest" } });
  await ask("boss", "POST", "/gateway/schedules/hourly/resume");
  expect(await ask("guest", "POST", "/gateway/schedules/hourly/pause", key)).toEqual(paused);
  await clock.advance(70_000);
  expect(await gateway.invocations.list({ thing: "counter" })).toHaveLength(1);
});

test("who may not operate them is refused, and what he may not read does not exist for him", async () => {
  const { ask } = stand;
  expect(await ask("reader", "POST", "/gateway/schedules/hourly/pause")).toMatchObject({ status: 403 });
  const guessed = await ask("guest", "POST", "/gateway/schedules/night/pause");
  expect(guessed).toMatchObject({ status: 404, body: { detail: "there is no schedule night" } });
  expect(await ask("guest", "POST", "/gateway/schedules/knight/pause")).toMatchObject({
    status: 404,
    body: { detail: "there is no schedule knight" },
  });
  // Nobody can tell with what it works, so it is everybody's.
  expect((await ask("guest", "POST", "/gateway/schedules/cron/pause")).status).toBe(404);
  expect((await ask("boss", "POST", "/gateway/schedules/cron/pause")).status).toBe(200);
  expect(Object.keys((await ask("guest", "GET", "/gateway/schedules")).body)).toEqual(["hourly"]);
  expect(Object.keys((await ask("reader", "GET", "/gateway/schedules")).body)).toEqual(["hourly", "night", "cron"]);
});

test("alarms are told as they are, those of runs to who may read everything", async () => {
  const { ask, clock } = stand;
  const quiet = { raised: false, since: null, clockTrusted: null, reason: null, unknown: null, changes: 0 };
  expect((await ask("boss", "GET", "/gateway/alarms")).body).toEqual({
    high: { title: "counter.counter > 2", things: ["counter"], ...quiet, notify: {} },
    failed: { title: "A run has failed", things: [], ...quiet, notify: { office: { owed: false, error: null } } },
  });
  await clock.until(stand.thing("counter").write("counter", 3));
  await clock.advance(1000);
  expect((await ask("guest", "GET", "/gateway/alarms")).body).toEqual({
    high: {
      ...{ title: "counter.counter > 2", things: ["counter"], raised: true, since: expect.any(String) },
      ...{ clockTrusted: false, reason: "counter.counter is 3", unknown: null, changes: 1, notify: {} },
    },
  });
});

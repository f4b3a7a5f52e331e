import { afterEach, expect, test } from "vitest";
import { Principal } from "../../src/access/principal.ts";
import { defineThing, Type } from "../../src/driver.ts";
import { DeviceFaultError } from "../../src/errors.ts";
import type { AlarmConfig } from "../../src/experiment/alarm/alarm-config.ts";
import { Sight } from "../../src/http/access/sight.ts";
import { degradations } from "../../src/http/gateway/degraded.ts";
import { openOven } from "../gateway/interlock-bench.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

let bench: CounterBench | undefined;
afterEach(() => bench?.close());

const broken = defineThing({
  title: "Broken",
  config: Type.Object({}),
  open: async () => {
    throw new DeviceFaultError("its lamp is dead, ask helper");
  },
});

async function health(authorization = "") {
  const answer = await bench?.app.inject({ url: "/health", headers: { authorization } });
  return { status: answer?.statusCode, body: answer?.json() };
}

test("a gateway that lacks a Thing is degraded, and ready: it answers 200 and says what it lacks", async () => {
  bench = await openCounterBench({ drivers: { broken } });
  const message = "it is faulted: its lamp is dead, ask helper";
  expect(await health()).toMatchObject({
    status: 200,
    body: { status: "degraded", reason: null, reasons: [{ code: "thing_not_ready", name: "broken", message }] },
  });
  expect((await bench.app.inject("/ready")).json()).toMatchObject({ ready: true });
  const { body } = await bench.app.inject("/metrics");
  expect(body).toMatch(/^benchd_degraded 1$/m);
});

test("what one may not read does not make his bench degraded, and is named to nobody else", async () => {
  const one = (thing: string) => [{ scope: "read" as const, things: [thing] }];
  bench = await openCounterBench({
    drivers: { broken },
    identify: ({ headers: { authorization: name = "" } }) =>
      name === "" ? undefined : new Principal({ name, key: name, from: undefined, grants: one(name) }),
  });
  expect(await health("counter")).toEqual({ status: 200, body: { status: "ok", reasons: [] } });
  expect(await health("broken")).toEqual({
    status: 200,
    body: {
      status: "degraded",
      reasons: [
        { code: "thing_not_ready", name: "broken", message: "it is faulted: its lamp is dead, ask another Thing" },
      ],
    },
  });
  expect(await health()).toEqual({ status: 200, body: { status: "ok" } });
  bench.gateway.emergencyStop.press("counter", "smoke");
  expect(await health()).toEqual({ status: 200, body: { status: "degraded" } });
  expect((await health("counter")).body.reasons).toMatchObject([{ code: "emergency_stop", name: null }]);
});

test("interlocks that are tripped, alarms that are raised and a clock that nobody vouches for are told", async () => {
  const alarm: AlarmConfig = {
    ...{ name: "lid_lost", title: undefined, forMs: 0, clearAfterMs: 0, unknown: "raise", notify: [] },
    watched: { kind: "lost", thing: "lid" },
  };
  const { bench: oven, open } = await openOven(undefined, { clockTrusted: () => false, plans: { alarms: [alarm] } });
  const { gateway } = oven;
  const told = (names?: string[]) =>
    degradations(gateway, new Sight(gateway, names && new Set(names))).map(({ code, name }) => [code, name]);
  expect(told()).toEqual([["clock_not_trusted", null]]);
  await open();
  gateway.experiments.alarms.all[0]?.change(true, "it is gone", false);
  expect(told()).toEqual([
    ["clock_not_trusted", null],
    ["interlock_tripped", "lid_open"],
    ["alarm_raised", "lid_lost"],
  ]);
  expect(told(["lid"])).toEqual([
    ["clock_not_trusted", null],
    ["alarm_raised", "lid_lost"],
  ]);
  await oven.close();
});

import { expect, test } from "vitest";
import { DiscreteClock, settled } from "../../../src/discrete-clock.ts";
import { LaneFullError } from "../../../src/errors.ts";
import type { Forecast } from "../../../src/gateway/dry-run/forecast.ts";
import { Gateway } from "../../../src/gateway/gateway.ts";
import { benchOf, catalogue, procedureOf } from "./titration.ts";

const two = `
things:
  relays: { driver: relays, gpio: { pump_power: 5, vent: 16, lamp: 13 } }
  counter: { driver: counter }
`;

const light = procedureOf("title: Light\nsteps:\n  - set: relays.lamp\n    to: true\n  - wait: 1 h");

async function opened(predict?: () => Promise<Forecast>) {
  const clock = new DiscreteClock();
  const config = await benchOf(two);
  const made = { config, catalogue, clock, processClock: new DiscreteClock(), mock: true, log: () => {} };
  const gateway = await clock.until(Gateway.open({ ...made, ...(predict && { predict }) }));
  return { gateway, clock, close: () => clock.until(gateway.close()) };
}

test("a dry run passes no time and switches nothing on the bench itself, and leaves no trace in its history", async () => {
  const { gateway, clock, close } = await opened();
  const forecast = await gateway.dryRuns.forecast(light);
  expect(forecast).toMatchObject({ durationMs: 3_600_000, mistakes: [] });
  expect(clock.now()).toBe(0);
  expect(await clock.until(gateway.thing("relays").read("lamp"))).toBe(false);
  expect(gateway.experiments.runs.all).toEqual([]);
  await close();
});

test("what the descriptions of the Things forbid is told before anything is simulated", async () => {
  let simulated = 0;
  const { gateway, close } = await opened(async () => {
    simulated++;
    return { durationMs: 0, steps: [], mistakes: [] };
  });
  const { mistakes } = await gateway.dryRuns.forecast(
    procedureOf("title: Light\nsteps:\n  - wait: 1 s\n  - set: relays.lamp\n    to: 3"),
  );
  expect(mistakes).toEqual([{ at: "trial.yaml:5:9", step: "steps[1]", message: expect.any(String) }]);
  expect(simulated).toBe(0);
  await close();
});

test("what keeps it from being begun on the bench as it is now is told beside the forecast", async () => {
  const { gateway, clock, close } = await opened();
  await clock.until(gateway.emergencyStop.trip("ada"));
  const { durationMs, mistakes } = await gateway.dryRuns.forecast(light);
  expect(durationMs).toBe(3_600_000);
  expect(mistakes).toEqual([
    {
      at: "trial.yaml:3:5",
      step: "steps[0]",
      message: expect.stringMatching(/^as the bench is now: the emergency stop/),
    },
  ]);
  await close();
});

test("what does nothing to any Thing is not begun under the emergency stop either, and that is told", async () => {
  const { gateway, clock, close } = await opened();
  const waiting = procedureOf("title: Wait\nsteps:\n  - wait: 1 s");
  expect((await gateway.dryRuns.forecast(waiting)).mistakes).toEqual([]);
  await clock.until(gateway.emergencyStop.trip("ada"));
  expect((await gateway.dryRuns.forecast(waiting)).mistakes).toEqual([
    { at: "trial.yaml:3:5", step: "steps[0]", message: expect.stringMatching(/the emergency stop/) },
  ]);
  await close();
});

test("one is computed at a time, some wait for it, and more are refused; one that fails keeps nobody", async () => {
  const done: ((forecast: Forecast) => void)[] = [];
  const failing: ((error: Error) => void)[] = [];
  const { gateway, close } = await opened(
    () =>
      new Promise<Forecast>((resolve, reject) => {
        done.push(resolve);
        failing.push(reject);
      }),
  );
  const asked = Array.from({ length: 5 }, () => gateway.dryRuns.forecast(light));
  await settled();
  expect(done).toHaveLength(1);
  await expect(gateway.dryRuns.forecast(light)).rejects.toBeInstanceOf(LaneFullError);
  failing[0]?.(new Error("its thread has ended"));
  await expect(asked[0]).rejects.toThrow("its thread has ended");
  for (let n = 1; n < asked.length; n++) {
    await settled();
    expect(done).toHaveLength(n + 1);
    done[n]?.({ durationMs: n, steps: [], mistakes: [] });
    expect((await asked[n])?.durationMs).toBe(n);
  }
  const next = gateway.dryRuns.forecast(light);
  await settled();
  done[5]?.({ durationMs: 7, steps: [], mistakes: [] });
  expect((await next).durationMs).toBe(7);
  await close();
});

import { expect } from "vitest";
import { type FaultTest, noAction, notItsOwn, noWire, unless } from "./fault.ts";
import { harmless } from "./harmless.ts";
import { failed, Trial } from "./trial.ts";

const restarted = [
  "BENCHD_DEVICE_RESET",
  "BENCHD_DEVICE_TIMEOUT",
  "BENCHD_DISCONNECTED",
  "BENCHD_OPERATED_LOCALLY",
  "BENCHD_DEVICE_FAULT",
];

const keys: FaultTest = {
  number: "F49",
  holds: "a key that someone presses in mid-action is noticed, or does no harm",
  excluded: unless(noWire, noAction, ({ keys }) => (keys.length === 0 ? "it has no keys" : undefined)),
  each: ({ keys }) => keys,
  async run(subject, key) {
    const { interfering = [] } = subject.contract.trials ?? {};
    const trial = await Trial.open(subject);
    const invocation = await trial.midway();
    trial.device.keys?.[key]?.();
    await trial.ends(invocation);
    if (interfering.includes(`${subject.device}.${key}`)) failed(invocation, ["BENCHD_OPERATED_LOCALLY"]);
    else expect([invocation.status, invocation.error?.message]).toEqual(["completed", undefined]);
    await trial.quietAfter(invocation, await harmless(subject), () => trial.bench.clock.advance(5000));
    // What someone has set stays set, until it is switched off.
    await trial.recovers(() => trial.device.powerCycle());
    await trial.close();
  },
};

export const device: readonly FaultTest[] = [
  {
    number: "F17",
    holds: "a device that starts anew in mid-action ends it, and is used again as one that has forgotten everything",
    excluded: unless(noWire, noAction),
    async run(subject) {
      const trial = await Trial.open(subject);
      const invocation = await trial.midway();
      trial.device.powerCycle();
      await trial.ends(invocation);
      failed(invocation, restarted);
      await trial.quietAfter(invocation, await harmless(subject), () => trial.bench.clock.advance(5000));
      await trial.recovers();
      await trial.close();
    },
  },
  {
    number: "F50",
    holds: "without power while its adapter stays plugged in, the action fails, and nothing is assumed of its settings",
    excluded: unless(noWire, noAction),
    async run(subject) {
      const trial = await Trial.open(subject);
      const { bench, device } = trial;
      const invocation = await trial.midway();
      device.powerOff();
      await trial.ends(invocation);
      failed(invocation, restarted);
      await bench.clock.advance(10_000);
      await trial.quietAfter(invocation, await harmless(subject), async () => {
        device.powerOn();
        await bench.clock.advance(35_000);
      });
      await trial.recovers();
      await trial.close();
    },
  },
  {
    number: "F18",
    holds: "a stop that the device refuses is told as not confirmed, by the stop and by the emergency stop",
    excluded: unless(noWire, noAction, notItsOwn, ({ canStop, refuses }) => {
      if (!canStop) return "it has nothing to stop";
      return refuses ? undefined : "its device has no words to refuse anything with";
    }),
    async run(subject) {
      const trial = await Trial.open(subject);
      const { bench, device, faulty } = trial;
      const invocation = await trial.midway();
      device.busy();
      const stop = await bench.run(faulty.name, "stop");
      failed(stop, ["BENCHD_DEVICE_FAULT", "BENCHD_DISCONNECTED", "BENCHD_DEVICE_TIMEOUT"]);
      await trial.ends(invocation);
      expect([invocation.status, invocation.outcome]).not.toEqual(["completed", undefined]);
      const { things } = await bench.clock.until(bench.gateway.emergencyStop.trip("test"));
      expect(things[faulty.name]).toEqual({ confirmed: false, error: expect.any(String) });
      device.heal();
      expect((await bench.clock.until(bench.gateway.emergencyStop.trip("test"))).things[faulty.name]).toEqual({
        confirmed: true,
      });
      trial.isSafe();
      await bench.close();
    },
  },
  keys,
];

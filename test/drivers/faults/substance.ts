import { expect } from "vitest";
import { isTerminal } from "../../../src/invocation/state.ts";
import { type FaultTest, noAction, noWire, unless } from "./fault.ts";
import { harmless } from "./harmless.ts";
import { failed, Trial } from "./trial.ts";

/** What comes out after the stop has come by then; ms. */
const dribbleMs = 10_000;
const lastOne: FaultTest["excluded"] = ({ device, placed, contract }) =>
  device === undefined || device === contract.thing || Object.values(placed.uses ?? {}).at(-1) === device
    ? undefined
    : "tried once, whichever device it is";

export const substance: readonly FaultTest[] = [
  {
    number: "F51",
    holds: "what goes on rising after the stop is counted before the action has ended",
    excluded: unless(noAction, lastOne, ({ contract }) =>
      contract.trials?.delivered ? undefined : "it delivers nothing",
    ),
    async run(subject) {
      const trial = await Trial.open(subject);
      const invocation = await trial.midway();
      await trial.bench.cancel(invocation);
      await trial.ends(invocation);
      expect(invocation.status).toBe("cancelled");
      await trial.bench.clock.advance(dribbleMs);
      trial.tellsTheTruth(invocation);
      expect(invocation.delivery.some(({ confirmed }) => confirmed > 0)).toBe(true);
      trial.isSafe();
      await trial.close();
    },
  },
  {
    number: "F52",
    holds: "a stop pressed on a device that it drives ends the whole of it, and nothing goes on",
    excluded: unless(noWire, noAction, ({ composite, canStop }) => {
      if (!composite) return "nobody drives the device through it";
      return canStop ? undefined : "the device it drives has nothing to stop";
    }),
    async run(subject) {
      const trial = await Trial.open(subject);
      const { bench, faulty } = trial;
      const invocation = await trial.midway();
      const stop = await bench.run(faulty.name, "stop");
      await trial.ends(invocation);
      expect([stop.status, invocation.status, invocation.reason]).toEqual(["completed", "cancelled", "stopped"]);
      await trial.quietAfter(invocation, await harmless(subject), () => bench.clock.advance(60_000));
      trial.tellsTheTruth(invocation);
      await trial.recovers();
      await trial.close();
    },
  },
  {
    number: "F54",
    holds: "an alarm that a background reading has heard, and so acknowledged, ends the action all the same",
    excluded: unless(noWire, noAction, lastOne, ({ contract }) =>
      contract.trials?.alarm ? undefined : "it has no alarms",
    ),
    async run(subject) {
      const trial = await Trial.open(subject);
      const { bench } = trial;
      const invocation = await trial.midway();
      subject.contract.trials?.alarm?.(bench);
      const things = Object.keys(subject.contract.things).map((name) => bench.thing(name));
      // Nearly every question on the line is now ours.
      const look = async () => {
        while (!isTerminal(invocation.status)) {
          for (const thing of things)
            for (const property of Object.keys(thing.definition.properties ?? {}))
              await thing.read(property).catch(() => {});
          await sleepFor(trial, 120);
        }
      };
      const looking = look();
      await trial.ends(invocation);
      failed(invocation, ["BENCHD_DEVICE_FAULT"]);
      await bench.clock.until(looking);
      trial.isSafe();
      await trial.close();
    },
  },
  {
    number: "F55",
    holds: "what goes wrong with the substance ends the action, and is said",
    excluded: unless(noAction, lastOne, ({ contract }) =>
      contract.trials?.mishaps ? undefined : "nothing can go wrong that it could notice",
    ),
    each: ({ contract }) => Object.keys(contract.trials?.mishaps ?? {}),
    async run(subject, mishap) {
      const trial = await Trial.open(subject);
      const invocation = await trial.midway();
      subject.contract.trials?.mishaps?.[mishap]?.(trial.bench);
      await trial.ends(invocation);
      failed(invocation, ["BENCHD_DEVICE_FAULT"]);
      await trial.bench.clock.advance(dribbleMs);
      trial.tellsTheTruth(invocation);
      trial.isSafe();
      await trial.close();
    },
  },
];

/** Without an invocation, bench time is the clock's. */
function sleepFor({ bench }: Trial, ms: number): Promise<void> {
  return new Promise((resolve) => void bench.clock.after(ms, resolve));
}

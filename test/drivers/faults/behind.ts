import { expect } from "vitest";
import type { Invocation } from "../../../src/invocation/invocation.ts";
import { type FaultTest, noAction, noWire, unless } from "./fault.ts";
import { alike, readings, usualReadings } from "./readings.ts";
import type { Device, Subject } from "./subject.ts";
import { failed, Trial, tooLate } from "./trial.ts";

/** When the device begins to be one command behind, and stays so until it is well again; returns what ran, or runs. */
const beginnings: Readonly<Record<string, (subject: Subject) => Promise<readonly [Trial, Invocation?]>>> = {
  "in mid-action": async (subject) => {
    const trial = await Trial.open(subject);
    const invocation = await trial.midway();
    fallBehind(trial.device);
    return [trial, invocation];
  },
  "while it is idle": async (subject) => {
    const trial = await Trial.open(subject);
    fallBehind(trial.device);
    return subject.action === undefined ? [trial] : [trial, start(trial)];
  },
  "before its port is opened": async (subject) => [await Trial.open(subject, fallBehind)],
};
const start = ({ bench, subject: { contract, action = "", input } }: Trial) =>
  bench.start(contract.thing, action, input);
const fallBehind = (device: Device) => device.lag(Number.POSITIVE_INFINITY);

export const behind: readonly FaultTest[] = Object.entries(beginnings).map(
  ([when, begin]): FaultTest => ({
    number: "F13",
    holds: `a device that begins ${when} to answer one command late for good is lost, is told as that, and answers nothing wrongly`,
    costly: true,
    excluded: unless(noWire, when === "in mid-action" ? noAction : () => undefined),
    async run(subject) {
      const usual = await usualReadings(subject);
      const [trial, invocation] = await begin(subject);
      const { bench, faulty } = trial;
      if (invocation && (await trial.ends(invocation)).status !== "completed") failed(invocation, tooLate);
      // It may end well where it needs no more answers; the next one does.
      else if (invocation) failed(await trial.ends(start(trial)), tooLate);
      for (let asked = 0; asked < 20; asked++) {
        // What the action has changed is not as usual.
        for (const [name, reading] of Object.entries(await readings(trial)))
          if ("value" in reading && !invocation) expect([name, reading]).toEqual([name, alike(usual[name])]);
        await bench.clock.advance(4000);
      }
      await trial.attempted();
      expect(faulty.state).toBe("disconnected");
      expect(faulty.reason).toContain("answers one command late: switch it off and on");
      await trial.recovers();
      await trial.close();
    },
  }),
);

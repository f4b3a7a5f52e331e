import { expect } from "vitest";
import { type FaultTest, noAction, notItsOwn, noWire, unless } from "./fault.ts";
import { harmless } from "./harmless.ts";
import { alike, readings } from "./readings.ts";
import type { Device, Subject } from "./subject.ts";
import { failed, Trial, tooLate } from "./trial.ts";

/** How late: by 10 ms, by 1 s, by one command. */
const latenesses: Readonly<Record<string, (device: Device, patienceMs: number) => void>> = {
  "10 ms": (device, patienceMs) => device.delay(patienceMs + 10),
  "1 s": (device, patienceMs) => device.delay(patienceMs + 1000),
  "one command": (device) => device.lag(1),
};

const patience = new Map<Subject, Promise<number>>();

/** How long the driver waits for a reply, ms: it tells when it gives up. */
function patienceOf(subject: Subject): Promise<number> {
  const found = patience.get(subject) ?? giveUp(subject);
  patience.set(subject, found);
  return found;
}

async function giveUp(subject: Subject): Promise<number> {
  const trial = await Trial.open(subject);
  const invocation = await trial.midway();
  trial.device.silence();
  await trial.bench.ended(invocation);
  const told = [
    invocation.error?.message,
    ...trial.bench.logged,
    ...invocation.log.entries().map(({ message }) => message),
  ];
  await trial.bench.close();
  const [, ms] = /did not answer .* within (\d+) ms/s.exec(told.join("\n")) ?? [];
  expect(ms, `${subject.name} never gives up`).toBeDefined();
  return Number(ms);
}

export const late: readonly FaultTest[] = Object.entries(latenesses).flatMap(([lateness, makeLate]): FaultTest[] => [
  {
    number: "F13",
    holds: `a reply that is ${lateness} late in mid-action is never taken for another's`,
    excluded: unless(noWire, noAction),
    async run(subject) {
      const patienceMs = await patienceOf(subject);
      const trial = await Trial.open(subject);
      const invocation = await trial.midway();
      makeLate(trial.device, patienceMs);
      await trial.ends(invocation);
      // An action may do without some reading; what it must not do is to take one for another.
      if (invocation.status !== "completed") failed(invocation, tooLate);
      await trial.quietAfter(invocation, await harmless(subject), () => trial.bench.clock.advance(5000));
      await trial.recovers();
      await trial.close();
    },
  },
  {
    number: "F13",
    holds: `a reading whose reply is ${lateness} late fails, and every other one is right`,
    excluded: unless(noWire, notItsOwn),
    async run(subject) {
      const patienceMs = subject.action === undefined ? 1000 : await patienceOf(subject);
      const trial = await Trial.open(subject);
      await trial.bench.clock.advance(10_000);
      const usual = await readings(trial);
      for (const name of Object.keys(usual)) {
        await trial.bench.clock.advance(1000);
        makeLate(trial.device, patienceMs);
        // One reply is late, so one reading may fail by it, whichever was first on the wire.
        const read = Object.entries(await readings(trial, [name, ...Object.keys(usual)]));
        const wrong = read.filter(([, reading]) => "failed" in reading);
        expect(wrong.length).toBeLessThanOrEqual(1);
        for (const [, reading] of wrong)
          expect(reading).toEqual({ failed: expect.arrayContaining(["BENCHD_DEVICE_TIMEOUT"]) });
        for (const [other, reading] of read)
          if ("value" in reading) expect([name, other, reading]).toEqual([name, other, alike(usual[other])]);
        await trial.bench.clock.advance(1000);
        expect(await readings(trial), `after a late ${name}`).toEqual(alike(usual));
      }
      await trial.recovers();
      await trial.close();
    },
  },
]);

export const cancelled: readonly FaultTest[] = [
  {
    number: "F53",
    holds: "a cancel while a reply is waited for leaves that reply to nobody",
    excluded: unless(noWire, noAction, notItsOwn),
    async run(subject) {
      const trial = await Trial.open(subject);
      const { bench } = trial;
      const invocation = await trial.midway();
      await trial.asked();
      await bench.cancel(invocation);
      await trial.ends(invocation);
      expect(["cancelled", "completed"]).toContain(invocation.status);
      expect(Object.values(await readings(trial)).filter((reading) => "failed" in reading)).toEqual([]);
      await trial.quietAfter(invocation, await harmless(subject), () => bench.clock.advance(5000));
      trial.isSafe();
      await trial.recovers();
      await trial.close();
    },
  },
];

import { describe, test } from "vitest";
import type { FaultTest } from "./fault.ts";
import { type Subject, subjects } from "./subject.ts";

/** What stands for the others where trying takes long: packets and lines, with a wire of its own and without. */
const representatives: ReadonlySet<string> = new Set(["syringe-pump", "balance", "heater"]);

/** Whether it is tried in `npm test`. */
export const isEveryDay = (fault: FaultTest, subject: Subject): boolean =>
  reasonAgainst(fault, subject) === undefined && (!fault.costly || representatives.has(subject.driver));

/** A test for each fault on each subject on which it can show. */
export function tryAll(faults: readonly FaultTest[]): void {
  tryOn(faults, isEveryDay);
}

/** The tests that are too costly for every day. */
export function tryOthers(faults: readonly FaultTest[]): void {
  tryOn(faults, (fault, subject) => !isEveryDay(fault, subject) && reasonAgainst(fault, subject) === undefined);
}

function tryOn(faults: readonly FaultTest[], wanted: (fault: FaultTest, subject: Subject) => boolean): void {
  for (const fault of faults) {
    const { number, holds } = fault;
    const able = subjects.filter((subject) => wanted(fault, subject));
    describe.runIf(able.length > 0)(`${number}: ${holds}`, () => {
      for (const subject of able)
        for (const one of fault.each?.(subject) ?? [""])
          test(`${number}: ${subject.name}${one && `: ${one}`}`, () => fault.run(subject, one));
    });
  }
}

/** Why a fault is not tried on a subject. */
export function reasonAgainst({ number, excluded }: FaultTest, subject: Subject): string | undefined {
  return excluded(subject) ?? subject.contract.trials?.exempt?.[number];
}

import { describe, test } from "vitest";
import type { FaultTest } from "./fault.ts";
import { type Subject, subjects } from "./subject.ts";

/** A test for each fault on each subject on which it can show. */
export function tryAll(faults: readonly FaultTest[]): void {
  for (const fault of faults) {
    const { number, holds } = fault;
    const able = subjects.filter((subject) => reasonAgainst(fault, subject) === undefined);
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

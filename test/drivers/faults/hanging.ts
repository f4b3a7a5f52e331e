import { expect } from "vitest";
import { BenchdError } from "../../../src/errors.ts";
import { type FaultTest, noAction } from "./fault.ts";
import { harmless } from "./harmless.ts";
import type { Subject } from "./subject.ts";
import { replaced, tampered } from "./tampered.ts";
import { Trial } from "./trial.ts";

/** A cancel has ended by then: the grace, and 2 s each for the stop and for going safe; ms. */
const rungsMs = 4000;

/** A driver whose action hangs, once: it hears of no cancel, and goes on where it is let go. */
class Stubborn {
  readonly subject: Subject;
  letGo = () => {};
  /** What has come of driving the device then. */
  late: unknown;
  #hung = false;

  constructor(subject: Subject) {
    const { action = "" } = subject;
    this.subject = tampered(subject, (handlers) =>
      replaced(
        handlers,
        action,
        (act) => this.#hang(act),
        () => !this.#hung,
      ),
    );
  }

  async #hang(act: () => Promise<unknown>): Promise<unknown> {
    this.#hung = true;
    const gate = new Promise<void>((letGo) => {
      this.letGo = letGo;
    });
    await act().catch(() => {});
    await gate;
    this.late = await act().catch((error: unknown) => error);
    return "too late";
  }
}

/** What the device does meanwhile. */
const devices: Readonly<Record<string, (trial: Trial) => void>> = {
  "whose device is well": () => {},
  "whose device is silent": ({ device }) => device.silence(),
};

export const hanging: readonly FaultTest[] = [
  {
    number: "F04",
    costly: true,
    holds: "an action that never settles and ignores its cancel is cut off, stopped and quarantined until it settles",
    excluded: noAction,
    each: ({ device }) => Object.keys(devices).slice(0, device === undefined ? 1 : 2),
    async run(subject, one) {
      const stubborn = new Stubborn(subject);
      const trial = await Trial.open(stubborn.subject);
      const { bench } = trial;
      const thing = bench.thing(subject.contract.thing);
      const invocation = await trial.midway();
      devices[one]?.(trial);
      const cancelledAt = bench.clock.now();
      await bench.cancel(invocation);
      await trial.ends(invocation);
      const ending = () => [invocation.status, invocation.forced, invocation.outcome, invocation.output];
      expect(ending()).toEqual(["cancelled", true, "unknown", undefined]);
      const { cancelGraceMs = 5000 } = thing.actions[subject.action ?? ""] ?? {};
      expect(bench.clock.now() - cancelledAt).toBeLessThanOrEqual(cancelGraceMs + rungsMs);

      const rungs = invocation.log.entries().map(({ message }) => message);
      const well = one === "whose device is well";
      if (subject.canStop) expect(rungs.join("\n")).toMatch(well ? /: stop: confirmed/ : /confirmed/);
      if (well) expect(rungs.join("\n")).not.toContain("not confirmed");
      if (well) trial.isSafe();
      // A driver may have found out by then that nobody answers.
      expect(well ? ["quarantined"] : ["quarantined", "opening", "disconnected"]).toContain(thing.state);
      expect(() => bench.start(thing.name, subject.action ?? "", subject.input)).toThrow(`${thing.name} is `);

      const letGo = async () => {
        stubborn.letGo();
        await bench.clock.advance(5000);
      };
      if (subject.device === undefined) await letGo();
      else await trial.quietAfter(invocation, await harmless(subject), letGo);
      if (subject.device !== undefined || subject.placed.gpio) expect(stubborn.late).toBeInstanceOf(BenchdError);
      if (well) trial.isSafe();
      expect(ending()).toEqual(["cancelled", true, "unknown", undefined]);
      if (well)
        expect([thing.state, bench.logged]).toEqual(["ready", expect.arrayContaining([settledTold(thing.name)])]);
      await trial.recovers(subject.device === undefined ? () => {} : undefined);
      await trial.close();
    },
  },
];

const settledTold = (thing: string) => `${thing}: what was cut off has ended: out of quarantine`;

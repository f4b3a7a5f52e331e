import { AsyncResource } from "node:async_hooks";
import { expect } from "vitest";
import { type FaultTest, noAction, noHardware, unless } from "./fault.ts";
import type { Subject } from "./subject.ts";
import { replaced, tampered } from "./tampered.ts";
import { Trial } from "./trial.ts";

const flaw = () => new TypeError("x is not a function");
const told = "x is not a function";

/** Where a driver throws that its Thing is faulted by it: in work of its own, or where nobody can catch it. */
const apart = {
  "in work that it has spawned": (_: Trial, inDriver: InDriver) => inDriver.reject(flaw()),
  "in a timer, or in a listener": ({ bench }: Trial, inDriver: InDriver) =>
    inDriver.run(() => expect(bench.gateway.blame(flaw())).toBe(true)),
};

/** In the action itself, when it is begun or in its middle. */
const within: Readonly<Record<string, (act: () => Promise<unknown>) => unknown>> = {
  "at once": () => {
    throw flaw();
  },
  "later on": async (act) => {
    await act().catch(() => {});
    throw flaw();
  },
};

interface InDriver {
  reject(error: Error): void;
  /** In the async context of its `open`, as a timer or a listener that was set there. */
  run(act: () => void): void;
}

/** Its first opening can be made to throw. */
function breakable(subject: Subject): readonly [Subject, InDriver] {
  const reached: InDriver[] = [];
  const broken = tampered(subject, (handlers, { spawn }) => {
    const resource = new AsyncResource("driver");
    spawn(
      () =>
        new Promise((_, reject) => {
          reached.push({ reject, run: (act) => resource.runInAsyncScope(act) });
        }),
    );
    return handlers;
  });
  const first = (): InDriver => reached[0] ?? { reject() {}, run() {} };
  return [broken, { reject: (error) => first().reject(error), run: (act) => first().run(act) }];
}

export const broken: readonly FaultTest[] = [
  {
    number: "F03",
    holds: "what a driver throws apart from its actions faults its Thing, which is stopped and safe, and no other",
    excluded: unless(noAction, noHardware),
    each: () => Object.keys(apart),
    async run(subject, one) {
      const [flawed, inDriver] = breakable(subject);
      const trial = await Trial.open(flawed);
      const { bench } = trial;
      const thing = bench.thing(subject.contract.thing);
      const running = await trial.midway();
      const waiting = bench.start(thing.name, subject.action ?? "", subject.input);
      apart[one as keyof typeof apart](trial, inDriver);
      await trial.ends(running);
      await bench.ended(waiting);
      expect([thing.state, thing.reason]).toEqual(["faulted", told]);
      for (const { status, error } of [running, waiting]) expect([status, error?.message]).toEqual(["error", told]);
      expect(waiting.startedAt).toBeUndefined();
      await bench.clock.advance(5000);
      expect(bench.logged.join("\n")).not.toContain("not confirmed");
      trial.isSafe();
      expect(() => bench.start(thing.name, subject.action ?? "", subject.input)).toThrow(`faulted: ${told}`);
      await trial.recovers(subject.device === undefined ? () => {} : undefined);
      await trial.close();
    },
  },
  {
    number: "F03",
    holds: "an action that throws what its driver did not foresee ends as an error, stopped and safe",
    excluded: noAction,
    each: () => Object.keys(within),
    async run(subject, one) {
      let wrong = true;
      const { action = "" } = subject;
      const flawed = tampered(subject, (handlers) =>
        replaced(
          handlers,
          action,
          (act) => within[one]?.(act),
          () => wrong,
        ),
      );
      const trial = await Trial.open(flawed);
      const { bench } = trial;
      const running = bench.start(subject.contract.thing, action, subject.input);
      await trial.ends(running);
      wrong = false;
      expect([running.status, running.error?.message]).toEqual(["error", told]);
      expect(
        running.log
          .entries()
          .map(({ message }) => message)
          .join("\n"),
      ).not.toContain("not confirmed");
      trial.isSafe();
      await trial.recovers(subject.device === undefined ? () => {} : undefined);
      await trial.close();
    },
  },
];

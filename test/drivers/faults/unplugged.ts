import { expect } from "vitest";
import { type FaultTest, noAction, notItsOwn, noWire, unless } from "./fault.ts";
import { harmless } from "./harmless.ts";
import { failed, Trial } from "./trial.ts";

const disconnected = ["BENCHD_DISCONNECTED"];

/** When the cable is pulled out, while an action is under way. */
const places: Readonly<Record<string, (trial: Trial) => void>> = {
  "in the middle of a write": ({ tap, device }) => tap.atWrite(() => device.unplug()),
  "in the middle of a read": ({ tap, device }) => tap.atTaken(() => device.unplug()),
  "between the chunks of a reply": ({ tap, device }) => {
    device.oneByteChunks();
    tap.atData(() => device.unplug());
  },
};

const inMidAction = Object.entries(places).map(
  ([place, arm]): FaultTest => ({
    number: "F10",
    holds: `unplugged ${place}, it ends as disconnected, not knowing what was done, and is back soon after the plug`,
    excluded: unless(noWire, noAction),
    async run(subject) {
      const trial = await Trial.open(subject);
      const { bench, device, faulty } = trial;
      const invocation = await trial.midway();
      arm(trial);
      await trial.ends(invocation);
      failed(invocation, disconnected);
      expect(invocation.outcome).toBe("unknown");
      expect(faulty.state).toBe("disconnected");
      await trial.quietAfter(invocation, await harmless(subject), async () => {
        await bench.clock.advance(500);
        device.heal();
        const pluggedAt = bench.clock.now();
        while (faulty.state !== "ready") await bench.clock.step();
        expect(bench.clock.now() - pluggedAt).toBeLessThan(10_000);
      });
      await trial.recovers();
      await trial.close();
    },
  }),
);

export const unplugged: readonly FaultTest[] = [
  ...inMidAction,
  {
    number: "F10",
    holds: "unplugged while idle, it is told at once, and is back soon after the plug",
    excluded: unless(noWire, notItsOwn),
    async run(subject) {
      const trial = await Trial.open(subject);
      trial.device.unplug();
      await trial.bench.clock.advance(10);
      expect(trial.faulty.state).toBe("disconnected");
      await trial.recovers();
      await trial.close();
    },
  },
  {
    number: "F10",
    holds:
      "unplugged while it is opened, by the first byte or by the first reply, it opens when it is plugged in again",
    excluded: unless(noWire, notItsOwn),
    async run(subject) {
      const trial = await Trial.open(subject);
      const { tap, device, bench, faulty } = trial;
      for (const arm of [tap.atWrite.bind(tap), tap.atData.bind(tap)]) {
        arm(() => device.unplug());
        await bench.clock.until(faulty.reset());
        expect([faulty.state, faulty.reason]).toEqual([
          "disconnected",
          expect.stringMatching(/unplugged|disconnected/),
        ]);
        await trial.recovers();
      }
      await trial.close();
    },
  },
  {
    number: "F10",
    holds: "unplugged while it is closed, it closes all the same",
    excluded: unless(noWire, notItsOwn),
    async run(subject) {
      const trial = await Trial.open(subject);
      const { tap, device, bench, faulty } = trial;
      tap.atWrite(() => device.unplug());
      await bench.clock.until(faulty.close());
      expect(faulty.state).toBe("closed");
      await trial.close();
    },
  },
  {
    number: "F11",
    holds: "another device that is plugged in at its port is refused, and never driven",
    excluded: unless(noWire, noAction),
    async run(subject) {
      const trial = await Trial.open(subject);
      const { device, bench, faulty } = trial;
      const invocation = await trial.midway();
      const known = await harmless(subject);
      device.unplug();
      device.swap();
      device.plug();
      await trial.ends(invocation);
      failed(invocation, disconnected);
      await trial.quietAfter(invocation, known, () => bench.clock.advance(60_000));
      await trial.attempted();
      expect(faulty.state).not.toBe("ready");
      expect(faulty.reason).toBeTruthy();
      const { thing } = subject.contract;
      if (subject.action !== undefined && !subject.composite)
        expect(() => bench.start(thing, String(subject.action), subject.input)).toThrow(`${thing} is ${faulty.state}`);
      await trial.recovers();
      await trial.close();
    },
  },
];

import { expect } from "vitest";
import { type FaultTest, noAction, notItsOwn, noWire, unless } from "./fault.ts";
import { harmless } from "./harmless.ts";
import { collected } from "./heap.ts";
import type { Device } from "./subject.ts";
import { failed, Trial } from "./trial.ts";

const unreadable = [
  "BENCHD_DEVICE_TIMEOUT",
  "BENCHD_DISCONNECTED",
  "BENCHD_MALFORMED_REPLY",
  "BENCHD_DEVICE_FAULT",
  "BENCHD_DEVICE_RESET",
];

/** The same words in other pieces. */
const pieces: Readonly<Record<string, (device: Device) => void>> = {
  "one-byte chunks": (device) => device.oneByteChunks(),
  "joined chunks": (device) => device.joinChunks(),
};

/** Other words, which a driver may understand or not. */
const words: Readonly<Record<string, (device: Device) => void>> = {
  "an unsolicited line": (device) => device.say("HELLO"),
  "an echo of each command": (device) => device.echo(),
  "lines that end in CR": (device) => device.endLines("\r"),
  "lines that end in LF": (device) => device.endLines("\n"),
  "lines that end in CR LF": (device) => device.endLines("\r\n"),
  "lines that do not end": (device) => device.endLines(""),
};

const inPieces = Object.entries(pieces).map(
  ([how, begin]): FaultTest => ({
    number: "F14",
    holds: `in ${how} it understands what it always did`,
    excluded: unless(noWire, noAction),
    async run(subject) {
      const trial = await Trial.open(subject);
      const invocation = await trial.midway();
      begin(trial.device);
      await trial.ends(invocation);
      expect([invocation.status, invocation.error?.message]).toEqual(["completed", undefined]);
      await trial.recovers();
      await trial.close();
    },
  }),
);

const inOtherWords = Object.entries(words).map(
  ([how, begin]): FaultTest => ({
    number: "F14",
    holds: `${how} in mid-action is understood or refused, never taken for an answer`,
    excluded: unless(noWire, noAction, notItsOwn),
    async run(subject) {
      const trial = await Trial.open(subject);
      const invocation = await trial.midway();
      // While a reply is waited for: there it hurts most.
      await trial.asked();
      begin(trial.device);
      await trial.ends(invocation);
      if (invocation.status !== "completed") failed(invocation, unreadable);
      await trial.quietAfter(invocation, await harmless(subject), () => trial.bench.clock.advance(5000));
      await trial.recovers();
      await trial.close();
    },
  }),
);

const floodMs = 600_000;

export const noise: readonly FaultTest[] = [
  ...inPieces,
  ...inOtherWords,
  {
    number: "F15",
    holds: "garbage without end of line at the pace of the line, for 10 minutes, ends the action and is told",
    costly: true,
    excluded: unless(noWire, noAction, notItsOwn),
    async run(subject) {
      const trial = await Trial.open(subject);
      const { bench, device, faulty } = trial;
      const invocation = await trial.midway();
      device.flood();
      await trial.ends(invocation);
      failed(invocation, unreadable);
      await bench.clock.advance(floodMs);
      expect(`${faulty.reason}\n${bench.logged.join("\n")}`).toMatch(/silent|noise|answer/);
      await trial.recovers();
      await trial.close();
    },
  },
  {
    number: "F15",
    holds:
      "garbage without end of line, for 10 minutes while nobody asks anything, is neither kept nor logged byte by byte",
    costly: true,
    excluded: unless(noWire, notItsOwn),
    async run(subject) {
      const trial = await Trial.open(subject);
      const { bench, device, tap } = trial;
      device.flood();
      // Until what is kept of the latest, for the record, is full.
      await bench.clock.advance(floodMs);
      const lines = bench.logged.length;
      let kept = Number.POSITIVE_INFINITY;
      let rounds = 0;
      // What is kept grows each time; what else this process does need not.
      for (; rounds < 3 && kept >= 0.7; rounds++) {
        const [before, from] = [await collected(), tap.received];
        await bench.clock.advance(floodMs);
        const poured = tap.received - from;
        kept = poured > 0 ? ((await collected()) - before) / poured : 0;
      }
      expect(kept).toBeLessThan(0.7);
      expect(bench.logged.length - lines).toBeLessThan((rounds * floodMs) / 1000);
      await trial.recovers();
      await trial.close();
    },
  },
  {
    number: "F19",
    holds: "a line that takes no bytes ends the action, and is told",
    excluded: unless(noWire, noAction),
    async run(subject) {
      const trial = await Trial.open(subject);
      const invocation = await trial.midway();
      trial.device.block();
      await trial.ends(invocation);
      failed(invocation, ["BENCHD_DEVICE_TIMEOUT", "BENCHD_DISCONNECTED"]);
      expect(invocation.outcome).toBe("unknown");
      await trial.quietAfter(invocation, await harmless(subject), async () => {
        trial.device.heal();
        await trial.bench.clock.advance(5000);
      });
      await trial.recovers();
      await trial.close();
    },
  },
];

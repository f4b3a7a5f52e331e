import { expect } from "vitest";
import { Board } from "./board.ts";
import type { FaultTest } from "./fault.ts";
import type { Subject } from "./subject.ts";

const outputsOf = ({ placed, definition }: Subject) =>
  Object.keys(definition.outputs ?? {}).filter((name) => placed.gpio?.[name] !== undefined);
const inputsOf = ({ placed, definition }: Subject) =>
  Object.keys(placed.gpio ?? {}).filter((name) => !Object.hasOwn(definition.outputs ?? {}, name));
const pinsOf = (subject: Subject) => [...outputsOf(subject), ...inputsOf(subject)];
const noPins = (subject: Subject) => (pinsOf(subject).length === 0 ? "it has no pins" : undefined);

export const pins: readonly FaultTest[] = [
  {
    number: "F46",
    holds: "a line that somebody else has is told with its holder, and taken once it is free",
    excluded: noPins,
    each: pinsOf,
    async run(subject, pin) {
      const board = await Board.open(subject, (chip, line) => chip.openInput({ line }, "another program"), pin);
      const { bench, thing } = board;
      expect(thing.state).toBe("disconnected");
      expect(thing.reason).toMatch(/held by another program/);
      board.free();
      await bench.clock.advance(65_000);
      expect([thing.state, thing.reason]).toEqual(["ready", undefined]);
      await board.close();
    },
  },
  {
    number: "F46",
    holds: "an edge storm of 100 kHz on an input disturbs nobody, and the level after it is right",
    excluded: (subject) => (inputsOf(subject).length === 0 ? "it has no inputs" : undefined),
    each: inputsOf,
    async run(subject, pin) {
      const board = await Board.open(subject);
      const { bench, thing } = board;
      await bench.clock.advance(1000);
      const { counting = [] } = subject.contract.trials ?? {};
      const readings = async () => {
        const names = Object.keys(thing.definition.properties ?? {});
        return Object.fromEntries(
          await Promise.all(names.map(async (name) => [name, await thing.read(name)] as const)),
        );
      };
      const before = await bench.clock.until(readings());
      await board.storm(pin, { ms: 100, everyMs: 0.01 });
      await bench.clock.advance(1000);
      const after = await bench.clock.until(readings());
      const counted = Object.fromEntries(counting.map((name) => [name, after[name]]));
      expect([thing.state, after]).toEqual(["ready", { ...before, ...counted }]);
      // What counts has counted the storm, and counts no more once that is over.
      await bench.clock.advance(10_000);
      const rest = await bench.clock.until(readings());
      await bench.clock.advance(10_000);
      expect(await bench.clock.until(readings())).toEqual(rest);
      await board.close();
    },
  },
  {
    number: "F47",
    holds: "an output is safe from its first level on, by an emergency stop unless it is kept, and when it is closed",
    excluded: (subject) => (outputsOf(subject).length === 0 ? "it has no outputs on pins" : undefined),
    each: outputsOf,
    async run(subject, output) {
      const board = await Board.open(subject);
      const { bench, thing } = board;
      const { safe, emergency = safe } = thing.definition.outputs?.[output] ?? { safe: false };
      const levels = board.levels(output);
      expect(levels).toEqual([Boolean(safe)]);
      const unsafe = async () => {
        await board.raise(output);
        expect(levels.at(-1)).toBe(!safe);
      };
      await unsafe();
      await bench.clock.until(bench.gateway.emergencyStop.trip("test"));
      expect(levels.at(-1)).toBe(emergency === "keep" ? !safe : Boolean(emergency));
      await bench.gateway.emergencyStop.clear("test");
      await unsafe();
      await bench.clock.until(thing.close());
      expect(levels.at(-1), "the last level it was driven to").toBe(Boolean(safe));
      await board.close();
    },
  },
];

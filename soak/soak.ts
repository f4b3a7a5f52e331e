import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mended } from "./calm.ts";
import { Dice } from "./dice.ts";
import { operations as every } from "./operations/all.ts";
import type { Rule } from "./rule.ts";
import { rules as all } from "./rules/all.ts";
import { SoakClock } from "./soak-clock.ts";
import { Stand } from "./stand.ts";
import type { Operation } from "./step.ts";
import type { Tally } from "./tally.ts";

export interface Program {
  readonly seed: number;
  /** Virtual time after which it ends; ms. */
  readonly ms: number;
  /** It ends after so many steps, if that is earlier. */
  readonly steps?: number | undefined;
  /** Steps that are left out. */
  readonly without?: ReadonlySet<number>;
  /** What is looked at; every rule unless told. */
  readonly rules?: readonly Rule[];
  /** What it is made of; every operation unless told. */
  readonly operations?: readonly Operation[];
  /** Told after each step how far it is, in virtual ms. */
  readonly at?: (ms: number, step: number) => void | Promise<void>;
}

export interface Outcome {
  readonly steps: number;
  readonly tally: Tally;
  /** Virtual time that has passed; ms. */
  readonly ms: number;
  /** A hash of everything that was done and answered: the same program has the same. */
  readonly trace: string;
  /** What broke, at which step; and what was done and logged before. */
  readonly broken:
    | { readonly step: number; readonly violations: readonly string[]; readonly lines: readonly string[] }
    | undefined;
}

/** Time between two steps; ms. Some come at once, and now and then nothing happens for minutes. */
const pauses = [
  { weight: 15, low: 0, high: 0 },
  { weight: 25, low: 0, high: 50 },
  { weight: 35, low: 50, high: 5000 },
  { weight: 20, low: 5000, high: 60_000 },
  { weight: 5, low: 60_000, high: 600_000 },
] as const;

/** Run a random program on the demonstration bench, and look after each step whether the rules hold. */
export async function soak(program: Program): Promise<Outcome> {
  const { ms, steps = Number.POSITIVE_INFINITY, without, rules = all, at } = program;
  const directory = await mkdtemp(join(tmpdir(), "benchd-soak-"));
  const unhandled: string[] = [];
  const note = (error: unknown) => {
    // That the heap is counted by something new is no fault.
    if (error instanceof Error && error.name === "ExperimentalWarning") return;
    unhandled.push(String(error instanceof Error ? error.stack : error));
  };
  process.on("unhandledRejection", note);
  process.on("warning", note);
  const clock = new SoakClock();
  const stand = new Stand(clock, directory, rules);
  try {
    let step = 0;
    const isSound = () => stand.violations.push(...unhandled.splice(0)) === 0 && stand.violations.length === 0;
    try {
      await stand.start();
      while (isSound() && step < steps && stand.clock.now() < ms) {
        step++;
        if (!without?.has(step)) await take(stand, program, step);
        await at?.(stand.clock.now(), step);
      }
      if (isSound()) {
        await mended(stand);
        await stand.stop();
      }
    } catch (error) {
      stand.violations.push(String(error));
    }
    isSound();
    const { violations, lines, tally, trace } = stand;
    const broken = violations.length > 0 ? { step, violations, lines } : undefined;
    return { steps: step, tally, ms: clock.now(), trace, broken };
  } finally {
    stand.end();
    clock.end();
    process.off("unhandledRejection", note);
    process.off("warning", note);
    await rm(directory, { recursive: true, force: true });
  }
}

async function take(stand: Stand, { seed, operations = every }: Program, step: number): Promise<void> {
  const dice = new Dice(seed, `step ${step}`);
  const operation = dice.weighted(operations);
  stand.tally.count("operations", operation.name);
  stand.log(`-- step ${step}: ${operation.name}`);
  const done = await operation.act(stand, dice);
  stand.log(`-- step ${step}: ${done}`);
  stand.note(done);
  await stand.check();
  const { low, high } = dice.weighted(pauses);
  await stand.clock.advance(dice.real(low, high));
  await stand.check();
}

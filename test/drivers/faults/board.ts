import assert from "node:assert/strict";
import { openBench, type Placed, type TestBench } from "benchd/testing";
import { expect } from "vitest";
import type { InputLine } from "../../../src/transport/gpio.ts";
import type { SimulatedGpioChip } from "../../../src/transport/gpio-simulated.ts";
import { raise } from "../raise.ts";
import { bystander, undisturbedMs } from "./bystander.ts";
import type { Subject } from "./subject.ts";

type Take = (chip: SimulatedGpioChip, line: number) => Promise<InputLine>;

/** A subject with pins, and the chip they are on. */
export class Board {
  readonly bench: TestBench<Readonly<Record<string, Placed>>>;
  readonly #subject: Subject;
  readonly #chip: SimulatedGpioChip;
  readonly #driven: ReadonlyMap<string, boolean[]>;
  readonly #taken: InputLine | undefined;

  private constructor(
    subject: Subject,
    {
      bench,
      chip,
      driven,
      taken,
    }: Pick<Board, "bench"> & { chip: SimulatedGpioChip; driven: Map<string, boolean[]>; taken: InputLine | undefined },
  ) {
    this.bench = bench;
    this.#subject = subject;
    this.#chip = chip;
    this.#driven = driven;
    this.#taken = taken;
  }

  /** Open the bench; `take` takes the line of `pin` before the Thing can. */
  static async open(subject: Subject, take?: Take, pin = ""): Promise<Board> {
    const { contract, placed, definition } = subject;
    const driven = new Map<string, boolean[]>();
    let chip: SimulatedGpioChip | undefined;
    let taking: Promise<InputLine> | undefined;
    const watched: Placed = {
      ...placed,
      twin(context) {
        assert.ok(context.gpio && placed.twin, `${subject.name} has no twin on its pins`);
        chip = context.gpio.chip;
        for (const name of Object.keys(definition.outputs ?? {})) driven.set(name, watch(chip, subject, name));
        const line = placed.gpio?.[pin]?.line;
        if (line !== undefined) taking = take?.(chip, line);
        return placed.twin(context);
      },
    };
    const things: Readonly<Record<string, Placed>> = { ...contract.things, [contract.thing]: watched, bystander };
    const bench = await openBench(things);
    bench.start("bystander", "watch");
    assert.ok(chip);
    return new Board(subject, { bench, chip, driven, taken: await taking });
  }

  get thing() {
    return this.bench.thing(this.#subject.contract.thing);
  }

  /** The levels an output was driven to, in order, as far as they differ from the one before; logical. */
  levels(output: string): readonly boolean[] {
    return this.#driven.get(output) ?? [];
  }

  /** Let go of the line that was taken. */
  free(): void {
    this.#taken?.release();
  }

  /** Bring an output to what is not safe. */
  raise(output: string): Promise<void> {
    return raise(this.bench, this.#subject.contract, output);
  }

  /** Turn a line to and fro. */
  async storm(pin: string, { ms, everyMs }: { readonly ms: number; readonly everyMs: number }): Promise<void> {
    const line = this.#subject.placed.gpio?.[pin]?.line ?? -1;
    const before = this.#chip.level(line);
    for (let at = 0; at < ms; at += everyMs) {
      this.#chip.drive(line, !this.#chip.level(line));
      if (Math.round(at / everyMs) % 100 === 0) await this.bench.clock.advance(100 * everyMs);
    }
    this.#chip.drive(line, before);
  }

  async close(): Promise<void> {
    expect(await this.bench.read("bystander", "slowest")).toBeLessThanOrEqual(undisturbedMs);
    await this.bench.close();
  }
}

/** The world pulls the line to what is not safe, so that only driving it makes it safe. */
function watch(chip: SimulatedGpioChip, { placed, definition }: Subject, output: string): boolean[] {
  const wiring = placed.gpio?.[output];
  if (!wiring) return [];
  const logical = (level: boolean) => level !== (wiring.activeLow ?? false);
  const unsafe = !definition.outputs?.[output]?.safe;
  const levels: boolean[] = [];
  chip.drive(wiring.line, unsafe !== (wiring.activeLow ?? false));
  chip.watchLevel(wiring.line, (level) => {
    // Released, it falls back to what the world wants.
    if (chip.holder(wiring.line) !== undefined) levels.push(logical(level));
  });
  return levels;
}

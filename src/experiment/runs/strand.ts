import type { Position } from "../../invocation/record.ts";
import type { Step } from "../procedure/procedure.ts";
import { stepText } from "./step-text.ts";

/** One of the lists of steps that a run goes through at a time: the whole, and each branch within it. */
export class Strand {
  readonly #moved: () => void;
  readonly #branches = new Set<Strand>();
  #position: Position | undefined;
  #rounds: { readonly n: number; readonly of: number }[] = [];
  #stands = false;

  /** Told of each step that it has come to. */
  constructor(moved: () => void) {
    this.#moved = moved;
  }

  /** Where it is, and where its branches are instead while it has some. */
  get positions(): readonly Position[] {
    if (this.#branches.size > 0) return [...this.#branches].flatMap(({ positions }) => positions);
    return this.#position ? [this.#position] : [];
  }

  /** It waits before a step for the run to be resumed; with branches: all of these do. */
  get stands(): boolean {
    return this.#branches.size > 0 ? [...this.#branches].every((one) => one.stands) : this.#stands;
  }

  comesTo(step: Step): Position {
    const { path, place } = step;
    const position = { path, ...place, text: stepText(step), round: this.#rounds.at(-1) };
    this.#position = position;
    this.#moved();
    return position;
  }

  /** From now on it is in that round of a repetition; returns how to leave that. */
  enters(n: number, of: number): () => void {
    this.#rounds = [...this.#rounds, { n, of }];
    return () => {
      this.#rounds = this.#rounds.slice(0, -1);
    };
  }

  async whileStanding(wait: () => Promise<void>): Promise<void> {
    this.#stands = true;
    this.#moved();
    try {
      await wait();
    } finally {
      this.#stands = false;
      this.#moved();
    }
  }

  branch(): Strand {
    const one = new Strand(this.#moved);
    one.#rounds = this.#rounds;
    this.#branches.add(one);
    return one;
  }

  /** Its branches go on without that one, which has come to its end. */
  left(one: Strand): void {
    this.#branches.delete(one);
    this.#moved();
  }

  /** They have ended: it is where it was, or where that one of them has failed. */
  joined(failed?: Strand): void {
    this.#branches.clear();
    this.#position = failed?.positions[0] ?? this.#position;
  }
}

import type { Check, Resync } from "./serial.ts";

/** What proves a line to be in step, encoded. */
export interface Questions<M> extends Pick<Resync<M>, "accepts" | "checkable" | "spontaneous"> {
  readonly probe?: Uint8Array | undefined;
  readonly checks?: readonly (Pick<Check<M>, "accepts"> & { readonly bytes: Uint8Array })[];
}

/**
 * The questions that prove a line to be in step: the probe, then its checks, one after the other. A device that is one
 * command behind answers each with what was asked before, and so gives the answer to the probe in the place of another.
 */
export class Proof<M> {
  readonly #questions: Questions<M>;
  readonly #first: number;
  /** Which is asked next; 0 is the probe. */
  #next: number;
  #checkable = true;
  /** Something came in the place of an answer. */
  #mistaken = false;
  #behind = false;

  /** `opening`: nothing has gone wrong, so that two checks do without the probe, to which not every device listens. */
  constructor(questions: Questions<M>, { opening = false } = {}) {
    this.#questions = questions;
    this.#first = opening && (questions.checks?.length ?? 0) > 1 ? 1 : 0;
    this.#next = this.#first;
  }

  /** What is to be asked; undefined when nothing is left to prove. */
  get question(): Uint8Array | undefined {
    const { probe, checks = [] } = this.#questions;
    if (this.#next === 0) return probe;
    return this.#checkable ? checks[this.#next - 1]?.bytes : undefined;
  }

  /** Something has been answered. */
  get begun(): boolean {
    return this.#next > this.#first;
  }

  /** The device speaks, but at least once it has not given the answer; only told where there are checks. */
  get mistaken(): boolean {
    return this.#mistaken && (this.#questions.checks?.length ?? 0) > 0;
  }

  /** It was seen to give an earlier answer in the place of a later one. */
  get behind(): boolean {
    return this.#behind;
  }

  /** Whether that answers what was asked last; the next question is another one then. */
  take(message: M): boolean {
    const isEarlier = this.#answersAny(message, this.#next);
    if (!isEarlier && this.#answers(message, this.#next)) {
      if (this.#next++ === 0) this.#checkable = this.#questions.checkable?.(message) ?? true;
      return true;
    }
    if (isEarlier) this.#behind = true;
    if (!this.#questions.spontaneous?.(message)) this.#mistaken = true;
    return false;
  }

  /** Whether it may be a late answer to any of the questions. */
  mayBeLate(message: M): boolean {
    return this.#answersAny(message, 1 + (this.#questions.checks?.length ?? 0));
  }

  /** From the beginning. */
  restart(): void {
    this.#next = this.#first;
  }

  #answersAny(message: M, count: number): boolean {
    return Array.from({ length: count }, (_, at) => at).some((at) => this.#answers(message, at));
  }

  #answers(message: M, at: number): boolean {
    const { accepts, checks = [] } = this.#questions;
    return at === 0 ? (accepts?.(message) ?? true) : (checks[at - 1]?.accepts(message) ?? false);
  }
}

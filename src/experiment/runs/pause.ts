import { wait } from "../../context.ts";
import type { Strand } from "./strand.ts";

/** Keeps a run from coming to its next step. */
export class Pause {
  #asked = false;
  #over = false;
  readonly #waiting = new Set<() => void>();

  /** It was asked for, and not ended. */
  get asked(): boolean {
    return this.#asked;
  }

  /** The end of the run has begun, which is not kept waiting. */
  get over(): boolean {
    return this.#over;
  }

  begin(): void {
    this.#asked = !this.#over;
  }

  end(): void {
    this.#asked = false;
    for (const go of [...this.#waiting]) go();
  }

  /** From now on nothing waits. */
  close(): void {
    this.#over = true;
    this.end();
  }

  /** Resolves at once, or when the pause is over; rejects when the work is asked to end. */
  async pass(strand: Strand): Promise<void> {
    // It may have begun again before this has gone on.
    while (this.#asked)
      await strand.whileStanding(() =>
        wait<void>(({ resolve }) => {
          this.#waiting.add(resolve);
          return () => this.#waiting.delete(resolve);
        }),
      );
  }
}

import { wait } from "../../context.ts";
import type { Strand } from "./strand.ts";

/** Keeps a run from coming to its next step. */
export class Pause {
  #asked = false;
  readonly #waiting = new Set<() => void>();

  /** It was asked for, and not ended. */
  get asked(): boolean {
    return this.#asked;
  }

  begin(): void {
    this.#asked = true;
  }

  end(): void {
    this.#asked = false;
    for (const go of [...this.#waiting]) go();
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

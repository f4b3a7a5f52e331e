import type { Excerpt } from "../transcript.ts";

/** What is kept of the wires; the latest. */
const maxCount = 20;
const maxBytes = 65_536;

/** What went over the wires while exchanges of an invocation failed, as far as it is kept. */
export class Excerpts {
  readonly #all: Excerpt[] = [];

  get all(): readonly Excerpt[] {
    return this.#all;
  }

  /** How much memory they take, about. */
  get bytes(): number {
    const weigh = ({ entries }: Excerpt) => entries.reduce((sum, { bytes }) => sum + bytes.length + 100, 0);
    return this.#all.reduce((sum, excerpt) => sum + weigh(excerpt), 0);
  }

  add(excerpt: Excerpt): void {
    this.#all.push(excerpt);
    while (this.#all.length > 1 && (this.#all.length > maxCount || this.bytes > maxBytes)) this.#all.shift();
  }
}

import { AtRestError } from "../experiment-errors.ts";

type Levels = ReadonlyMap<string, boolean | number>;

interface Held {
  readonly levels: Levels;
  readonly why: string;
}

/** The outputs of a Thing that stay at rest for a while: nothing but the gateway brings them elsewhere than to safe. */
export class Rests {
  readonly #thing: string;
  readonly #safe: (output: string) => boolean | number | undefined;
  readonly #held = new Set<Held>();

  constructor(thing: string, safe: (output: string) => boolean | number | undefined) {
    this.#thing = thing;
    this.#safe = safe;
  }

  /** From now on; returns how to let go of them. */
  hold(levels: Levels, why: string): () => void {
    const held = { levels, why };
    this.#held.add(held);
    return () => void this.#held.delete(held);
  }

  /** What is to be written to a property that drives it need not be its level; null then means that it is to be off. */
  assertMay(output: string, value: unknown): void {
    if (value === null) return;
    for (const { levels, why } of this.#held) {
      const level = levels.get(output);
      if (level === undefined || isSame(value, level) || isSame(value, this.#safe(output))) continue;
      throw new AtRestError(`${this.#thing}.${output} stays at rest while ${why}: set it once that is answered`);
    }
  }
}

const isSame = (value: unknown, level: boolean | number | undefined): boolean =>
  (typeof value === "boolean" || typeof value === "number") && Number(value) === Number(level);

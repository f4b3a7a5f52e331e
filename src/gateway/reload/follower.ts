import type { Config } from "../config/config.ts";
import type { LiveSection } from "./plan.ts";

/** What else goes by the configuration than what a reload exchanges itself, and takes up another one while it works. */
export interface Follower {
  /**
   * Look at what is to hold, and touch nothing. `sections` are others in the file than they were. Resolves with how it is
   * taken up; with undefined where nothing is another. Rejects with `ConfigError` when it cannot be: then nothing is.
   */
  prepare(config: Config, sections: readonly LiveSection[]): Promise<Prepared | undefined>;
}

/** It holds nothing that has to be given back, as it may be thrown away. */
export interface Prepared {
  readonly section: LiveSection;
  /** From this turn on the new one holds. Resolves when the rest is done as well, which has its time; never rejects. */
  take(): void | Promise<void>;
}

/** Whoever follows, in the order in which he was added. */
export class Followers {
  readonly #all = new Set<Follower>();

  /** Returns how to take it out again. */
  add(follower: Follower): () => void {
    this.#all.add(follower);
    return () => void this.#all.delete(follower);
  }

  /** Throws as `prepare` does. */
  async prepare(config: Config, sections: readonly LiveSection[]): Promise<readonly Prepared[]> {
    const prepared: Prepared[] = [];
    for (const follower of this.#all) {
      const one = await follower.prepare(config, sections);
      if (one) prepared.push(one);
    }
    return prepared;
  }
}

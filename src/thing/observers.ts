import { LaneFullError } from "../errors.ts";

/** What a Thing tells those who watch it. */
export type ThingNews =
  | { readonly kind: "event"; readonly name: string; readonly data: unknown }
  | { readonly kind: "property"; readonly name: string; readonly value: unknown }
  | { readonly kind: "state"; readonly state: string; readonly reason: string | undefined };

const maxObservers = 1000;

/** Those who watch a Thing; a bounded number. */
export class Observers {
  readonly #listeners = new Set<(news: ThingNews) => void>();
  readonly #failed: (error: unknown) => void;

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** Returns how to stop watching. */
  add(listener: (news: ThingNews) => void): () => void {
    if (this.#listeners.size >= maxObservers) throw new LaneFullError(`${maxObservers} watch this Thing already`);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** One that throws harms neither the others nor the Thing. */
  tell(news: ThingNews): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(news);
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}

import { StorageError } from "../errors.ts";
import type { Backlog } from "./backlog.ts";
import type { Commits } from "./commits.ts";
import type { KeptKey, Key, KeyChange } from "./key-table.ts";
import type { Store } from "./store.ts";

interface Options {
  readonly backlog: Backlog;
  readonly commits: Commits;
  /** The file; undefined while there is none. */
  store(): Store | undefined;
  /** Resolves when it would be there after a power cut. */
  keep(id: string, change: KeyChange): Promise<void>;
  /** Steady wall clock, milliseconds. */
  now(): number;
}

/** The keys in the journal's file, and what of them is still to be written. */
export class KeptKeys {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** What is known of a key; throws `StorageError` when that cannot be read. */
  key(id: string): KeptKey | undefined {
    const { backlog, store } = this.#options;
    const change = backlog.keys.get(id);
    if (change)
      return "gone" in change ? undefined : { invocation: null, body: change.body, answer: change.answer ?? null };
    try {
      return store()?.keys.find(id);
    } catch (cause) {
      throw new StorageError("whether this key has been used cannot be read from the history", { cause });
    }
  }

  /** Resolves when a key, and what it stands for, would be there after a power cut; rejects with `StorageError`. */
  keepKey(key: Key): Promise<void> {
    return this.#options.keep(key.id, { ...key, at: Math.floor(this.#options.now()) });
  }

  /** The key may be used again, as nothing was done. */
  dropKey(id: string): void {
    const { backlog, commits } = this.#options;
    const written = !backlog.keys.delete(id);
    if (!written) return;
    backlog.keys.set(id, { id, gone: true });
    commits.soon();
  }
}

import type { LogLevel } from "../context.ts";
import type { StoredToken } from "./stored-token.ts";
import type { TokenFolder } from "./token-folder.ts";

interface Options {
  readonly folder: Pick<TokenFolder, "ids" | "read">;
  log(level: LogLevel, message: string): void;
}

interface Changes {
  /** The ids of all files that are there, sound or not. */
  readonly ids: ReadonlySet<string>;
  readonly gone: readonly StoredToken[];
  readonly come: readonly StoredToken[];
}

/** The tokens on the disk, as they were when it was looked at last. */
export class TokenShelf {
  readonly #options: Options;
  readonly #known = new Map<string, StoredToken>();
  /** Said once. */
  readonly #unusable = new Set<string>();

  constructor(options: Options) {
    this.#options = options;
  }

  get(id: string): StoredToken | undefined {
    return this.#known.get(id);
  }

  get all(): readonly StoredToken[] {
    return [...this.#known.values()];
  }

  /** Look again, and tell what is different. What is there once does not change. Throws `StorageError`. */
  async look(): Promise<Changes> {
    const ids = new Set(await this.#options.folder.ids());
    for (const id of this.#unusable) if (!ids.has(id)) this.#unusable.delete(id);
    const gone = this.all.filter(({ id }) => !ids.has(id));
    for (const { id } of gone) this.#known.delete(id);
    const come: StoredToken[] = [];
    for (const id of ids) {
      const stored = this.#known.has(id) ? undefined : await this.#read(id);
      if (!stored) continue;
      this.#known.set(id, stored);
      come.push(stored);
    }
    return { ids, gone, come };
  }

  /** One that cannot be read keeps none of the others from being known. */
  async #read(id: string): Promise<StoredToken | undefined> {
    const { folder, log } = this.#options;
    let why = "is damaged, or of a newer benchd";
    const stored = await folder.read(id).catch((error: unknown) => {
      why = `cannot be read: ${error instanceof Error ? error.message : error}`;
      return undefined;
    });
    if (stored) this.#unusable.delete(id);
    else if (!this.#unusable.has(id)) {
      this.#unusable.add(id);
      log("warning", `the token ${id} ${why}: nobody gets in with it`);
    }
    return stored;
  }
}

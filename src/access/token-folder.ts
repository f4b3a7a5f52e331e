import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { StorageError } from "../errors.ts";
import { writeAtomically } from "../journal/atomic-file.ts";
import { readStored, type StoredToken } from "./stored-token.ts";
import { isTokenId } from "./token-text.ts";

/** More would be no longer one a person. */
export const maxTokens = 1000;
/** Of a file that is one of ours. */
const maxBytes = 256 * 1024;

/** The tokens that are kept in a state directory, a file each. */
export class TokenFolder {
  readonly path: string;

  constructor(stateDirectory: string) {
    this.path = join(stateDirectory, "tokens");
  }

  /** Of the tokens that are there, sound or not, in order; throws `StorageError` when nobody can tell. */
  async ids(): Promise<readonly string[]> {
    const names = await readdir(this.path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT") return [];
      throw storageError(`${this.path} cannot be read`, cause);
    });
    const ids = names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -5));
    return ids.filter(isTokenId).sort().slice(0, maxTokens);
  }

  /** Undefined when it has gone meanwhile, is damaged, or was made by a newer benchd. */
  async read(id: string): Promise<StoredToken | undefined> {
    const file = this.#file(id);
    try {
      const found = await stat(file);
      // A pipe would never be read to its end, and no token be looked at any more.
      if (!found.isFile()) throw storageError(`${file} cannot be read`, "it is no file");
      return found.size > maxBytes ? undefined : readStored(await readFile(file, "utf8"), id);
    } catch (cause) {
      if (cause instanceof StorageError) throw cause;
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw storageError(`${file} cannot be read`, cause);
    }
  }

  /** Add one; it is there after a power cut, too. */
  async add(token: StoredToken): Promise<void> {
    try {
      await mkdir(this.path, { recursive: true, mode: 0o700 });
      await writeAtomically(this.#file(token.id), `${JSON.stringify(token)}\n`, { mode: 0o600 });
    } catch (cause) {
      throw storageError(`${this.#file(token.id)} cannot be written`, cause);
    }
  }

  /** Whether it was there. */
  async remove(id: string): Promise<boolean> {
    try {
      await rm(this.#file(id));
      return true;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return false;
      throw storageError(`${this.#file(id)} cannot be removed`, cause);
    }
  }

  #file(id: string): string {
    return join(this.path, `${id}.json`);
  }
}

function storageError(what: string, cause: unknown): StorageError {
  const why = cause instanceof Error ? cause.message : cause;
  return new StorageError(`${what} (${why}): that is for the user that benchd runs as, or for root`, { cause });
}

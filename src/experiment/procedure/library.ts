import { didYouMean } from "../../did-you-mean.ts";
import { InputError, NotFoundError, StorageError } from "../../errors.ts";
import { diskReason } from "../../journal/disk-reason.ts";
import { type Kept, procedureName, type Shelf } from "./shelf.ts";

/** How much is kept. Nothing is ever removed by itself: what was run is looked up years later. */
export interface LibraryBounds {
  readonly names: number;
  /** Of one name. */
  readonly versions: number;
  readonly bytes: number;
}

const usualBounds: LibraryBounds = { names: 200, versions: 500, bytes: 16 * 2 ** 20 };

/** A text with the name by which it is found. */
export interface StoredText extends Kept {
  readonly name: string;
  readonly text: string;
}

interface Options {
  readonly shelf: Shelf;
  readonly bounds?: Partial<LibraryBounds> | undefined;
}

/** Stored procedures. Each text that is put under a name is a version of it: 1, 2, 3; none is ever changed. */
export class Library {
  readonly #shelf: Shelf;
  readonly #bounds: LibraryBounds;
  /** Versions in ascending order, those that were removed too. */
  readonly #kept: Map<string, readonly Kept[]>;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor({ shelf, bounds }: Options, kept: ReadonlyMap<string, readonly Kept[]>) {
    this.#shelf = shelf;
    this.#bounds = { ...usualBounds, ...bounds };
    this.#kept = new Map(kept);
  }

  /** Throws a `StorageError` when nobody can tell which there are: a number would be given twice. */
  static async open(options: Options): Promise<Library> {
    try {
      return new Library(options, await options.shelf.survey());
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : cause;
      throw new StorageError(
        `the stored procedures cannot be read (${why}): they have to belong to the user benchd runs as`,
        {
          cause,
        },
      );
    }
  }

  /** In the order of the alphabet. */
  get names(): readonly string[] {
    return [...this.#kept.keys()].filter((name) => this.#there(name).length > 0).sort();
  }

  /** The versions of a name, the newest first. Throws `NotFoundError`. */
  versions(name: string): readonly Kept[] {
    const there = this.#there(name);
    if (there.length > 0) return there.toReversed();
    throw new NotFoundError(`there is no procedure ${JSON.stringify(name.slice(0, 64))}${this.#hint(name)}`);
  }

  /** One of them, the newest unless told. Throws `NotFoundError`. */
  version(name: string, version?: number): Kept {
    const all = this.versions(name);
    const [newest] = all;
    const found = version === undefined ? newest : all.find((one) => one.version === version);
    if (found) return found;
    throw new NotFoundError(`${name} has no version ${version}: the newest is ${newest?.version}`);
  }

  /** Throws `NotFoundError`, and `StorageError` when the disk does not give it. */
  async read(name: string, version?: number): Promise<StoredText> {
    const kept = this.version(name, version);
    return { name, ...kept, text: await this.#text(name, kept.version) };
  }

  /**
   * Keep a text, which is a procedure. What is the same as the newest version is no new one. Throws `InputError` for what
   * cannot be a name, `StorageError` for what is too much, or is not on the disk.
   */
  store(name: string, text: string): Promise<{ readonly stored: StoredText; readonly isNew: boolean }> {
    return this.#inTurn(async () => {
      if (!procedureName.test(name))
        throw new InputError(
          `${JSON.stringify(name.slice(0, 64))} cannot be the name of a procedure: small letters, digits, - and _, at most 64`,
        );
      const there = this.#there(name);
      const newest = there.at(-1);
      if (newest && (await this.#text(name, newest.version).catch(noneWhereMissing)) === text)
        return { stored: { name, ...newest, text }, isNew: false };
      this.#assertRoom(name, Buffer.byteLength(text));
      const all = this.#kept.get(name) ?? [];
      const version = (all.at(-1)?.version ?? 0) + 1;
      await orStorageError(() => this.#shelf.write(name, version, text), `${name} could not be stored`);
      const kept: Kept = { version, bytes: Buffer.byteLength(text), storedAt: Date.now() };
      this.#kept.set(name, [...all, kept]);
      return { stored: { name, ...kept, text }, isNew: true };
    });
  }

  /** Remove a version of it, or all. Their numbers are not given again. Throws `NotFoundError`. */
  remove(name: string, version?: number): Promise<readonly number[]> {
    return this.#inTurn(async () => {
      const gone = version === undefined ? this.versions(name) : [this.version(name, version)];
      for (const one of gone) {
        const all = this.#kept.get(name) ?? [];
        const marked = one.version === all.at(-1)?.version;
        await orStorageError(() => this.#shelf.remove(name, one.version, marked), `${name} could not be removed`);
        const rest = all.flatMap((other) => (other !== one ? other : marked ? { ...one, bytes: 0 } : []));
        this.#kept.set(name, rest);
      }
      return gone.map((one) => one.version);
    });
  }

  /** Throws a `StorageError`, and a `NotFoundError` for one that somebody has removed by hand. */
  async #text(name: string, version: number): Promise<string> {
    try {
      return await this.#shelf.read(name, version);
    } catch (cause) {
      const gone = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
      if (gone) throw new NotFoundError(`${name}@${version} is no more where it was stored`, { cause });
      throw new StorageError(`${name}@${version} cannot be read: ${diskReason(cause)}`, { cause });
    }
  }

  #there(name: string): readonly Kept[] {
    return (this.#kept.get(name) ?? []).filter(({ bytes }) => bytes > 0);
  }

  #hint(name: string): string {
    return name.length > 100 ? "" : didYouMean(name, this.names);
  }

  #assertRoom(name: string, bytes: number): void {
    const { names, versions, bytes: most } = this.#bounds;
    const sum = [...this.#kept.values()].flat().reduce((all, one) => all + one.bytes, bytes);
    if (!this.#kept.has(name) && this.#kept.size >= names)
      throw new StorageError(
        `there are ${names} procedures: keep this one as a version of another, or by another bench`,
      );
    if (this.#there(name).length >= versions)
      throw new StorageError(`${name} has ${versions} versions: remove some that nobody asks for any more`);
    if (sum > most) throw new StorageError(`procedures take ${most / 2 ** 20} MiB at most: remove some`);
  }

  /** One after the other, so that no number is given twice. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}

function noneWhereMissing(error: unknown): undefined {
  if (!(error instanceof NotFoundError)) throw error;
}

async function orStorageError(work: () => Promise<void>, what: string): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw new StorageError(`${what}: ${diskReason(cause)}`, { cause });
  }
}

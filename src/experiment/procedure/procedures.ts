import type { Asker } from "../../asker.ts";
import { InputError } from "../../errors.ts";
import type { Ground } from "../ground.ts";
import { Desk } from "./desk.ts";
import { Library, type StoredText } from "./library.ts";
import type { ReadProcedure, Written } from "./read.ts";
import { FolderShelf, MemoryShelf } from "./shelf.ts";

/** What somebody wants to be done: a stored procedure by its name, with or without `@` and a version, or a text of his own. */
export type Wanted = { readonly procedure: string } | { readonly document: string };

const reference = /^([^@]*)(?:@([1-9]\d{0,6}))?$/;

/** So many read ones are remembered. */
const maxRead = 200;

/** Procedures as documents: those that are stored, and those that somebody sends. */
export class Procedures {
  readonly library: Library;
  readonly #ground: Pick<Ground, "audit">;
  readonly #desk: Desk;
  /** Stored ones as they were read with their defaults; those that were asked for last come last. */
  readonly #read = new Map<string, Promise<ReadProcedure>>();

  private constructor(ground: Ground, library: Library) {
    this.library = library;
    this.#ground = ground;
    this.#desk = new Desk(ground.processClock);
  }

  static async open(ground: Ground): Promise<Procedures> {
    const folder = ground.state.path("procedures");
    const shelf = folder === undefined ? new MemoryShelf() : new FolderShelf(folder);
    return new Procedures(ground, await Library.open({ shelf }));
  }

  /**
   * What somebody wants, with these parameters, and the text where no library keeps it. Rejects with a `ProcedureError`,
   * or a `NotFoundError`.
   */
  async find(
    wanted: Wanted,
    parameters: Readonly<Record<string, unknown>> = {},
  ): Promise<{ readonly procedure: ReadProcedure; readonly document: string | undefined }> {
    if ("document" in wanted) {
      const { document: text } = wanted;
      return { procedure: await this.read({ text, file: "document", parameters }), document: text };
    }
    const stored = await this.stored(wanted.procedure);
    if (Object.keys(parameters).length === 0) return { procedure: await this.readStored(stored), document: undefined };
    return { procedure: await this.read({ ...stored, file: fileOf(stored), parameters }), document: undefined };
  }

  /** Read a document when it is its turn: see `Desk`. */
  read(written: Written): Promise<ReadProcedure> {
    return this.#desk.read(written);
  }

  /** A stored text by its name, `titration` or `titration@3`. */
  async stored(named: string): Promise<StoredText> {
    const [, name, version] = reference.exec(named) ?? [];
    if (name === undefined) throw new InputError(`a procedure is named as in titration, or titration@3`);
    return this.library.read(name, version === undefined ? undefined : Number(version));
  }

  /** As it is with its defaults. Rejects with a `ProcedureError` for what cannot be read any more. */
  async readStored(stored: StoredText): Promise<ReadProcedure> {
    const file = fileOf(stored);
    // What was removed, or changed by hand, is another.
    const key = `${file} ${stored.storedAt} ${stored.bytes}`;
    const known = this.#read.get(key);
    this.#read.delete(key);
    const read = known ?? this.read({ text: stored.text, file });
    this.#read.set(key, read);
    for (const [oldest] of this.#read) if (this.#read.size > maxRead) this.#read.delete(oldest);
    read.catch(() => this.#read.delete(key));
    return read;
  }

  /** Keep a document under a name. Rejects with a `ProcedureError` for what is none. */
  async store(name: string, text: string, by: Asker): ReturnType<Library["store"]> {
    await this.read({ text, file: name });
    const done = await this.library.store(name, text);
    if (done.isNew) this.#ground.audit.note({ by, what: "procedure.stored", detail: fileOf(done.stored) });
    return done;
  }

  /** Remove a version of it, or all. */
  async remove(name: string, version: number | undefined, by: Asker): Promise<readonly number[]> {
    const gone = await this.library.remove(name, version);
    const detail = version === undefined ? `${name}, ${gone.length} of ${gone.length} versions` : `${name}@${version}`;
    this.#ground.audit.note({ by, what: "procedure.removed", detail });
    return gone;
  }
}

/** How a stored text is called: `titration@3`. */
export const fileOf = ({ name, version }: Pick<StoredText, "name" | "version">): string => `${name}@${version}`;

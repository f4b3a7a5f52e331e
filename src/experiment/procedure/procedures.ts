import { createHash } from "node:crypto";
import type { Asker } from "../../asker.ts";
import { InputError } from "../../errors.ts";
import { ProcedureError } from "../../experiment-errors.ts";
import type { Ground } from "../ground.ts";
import { thingsOf } from "../runs/steps-of.ts";
import { Desk } from "./desk.ts";
import { Library, type StoredText } from "./library.ts";
import { type ReadProcedure, readProcedure, type Written } from "./read.ts";
import { FolderShelf, MemoryShelf } from "./shelf.ts";
import { quoted } from "./tree.ts";

/** What somebody wants to be done: a stored procedure by its name, with or without `@` and a version, or a text of his own. */
export type Wanted = { readonly procedure: string } | { readonly document: string };

const reference = /^([^@]*)(?:@([1-9]\d{0,6}))?$/;

/** So many of them are remembered. */
const maxAbouts = 500;

/** What is told of a procedure beside its text. */
export interface About {
  readonly title: string;
  readonly description: string | undefined;
  /** JSON Schema by name. */
  readonly parameters: Readonly<Record<string, object>>;
  /** Those that it uses, or only reads. */
  readonly things: readonly string[];
  readonly sha256: string;
  /** Why it cannot be read any more, as after a change by hand. */
  readonly unreadable: string | undefined;
}

/** Procedures as documents: those that are stored, and those that somebody sends. */
export class Procedures {
  readonly library: Library;
  readonly #ground: Pick<Ground, "audit">;
  readonly #desk: Desk;
  /** Of stored ones; those that were asked for last come last. */
  readonly #abouts = new Map<string, Promise<About>>();

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
    return { procedure: await this.read({ ...stored, file: fileOf(stored), parameters }), document: undefined };
  }

  /** Read a document when it is its turn: see `Desk`. */
  read(written: Written): Promise<ReadProcedure> {
    return this.#desk.read(written);
  }

  /** A stored text by its name, `titration` or `titration@3`. */
  async stored(named: string): Promise<StoredText> {
    const { name, version } = nameIn(named);
    return this.library.read(name, version);
  }

  /** What is told of a stored one. */
  about(stored: StoredText): Promise<About> {
    // What was removed, or changed by hand, is another.
    const key = `${fileOf(stored)} ${stored.storedAt} ${stored.bytes}`;
    const about = this.#abouts.get(key) ?? Promise.resolve().then(() => aboutOf(stored));
    this.#abouts.delete(key);
    this.#abouts.set(key, about);
    for (const oldest of this.#abouts.keys()) if (this.#abouts.size > maxAbouts) this.#abouts.delete(oldest);
    return about;
  }

  /** Keep a text, which is a procedure, under a name. */
  async store(name: string, text: string, by: Asker): ReturnType<Library["store"]> {
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

/** The parts of `titration`, or `titration@3`. Throws `InputError`. */
export function nameIn(named: string): { readonly name: string; readonly version: number | undefined } {
  const [, name, version] = reference.exec(named) ?? [];
  if (name) return { name, version: version === undefined ? undefined : Number(version) };
  throw new InputError(`${quoted(named)} names no procedure: say titration, or titration@3`);
}

/** How a stored text is called: `titration@3`. */
const fileOf = ({ name, version }: Pick<StoredText, "name" | "version">): string => `${name}@${version}`;

function aboutOf(stored: StoredText): About {
  const file = fileOf(stored);
  try {
    const procedure = readProcedure({ text: stored.text, file });
    const { title, description, parameterSchemas: parameters, sha256 } = procedure;
    return { title, description, parameters, things: thingsOf(procedure), sha256, unreadable: undefined };
  } catch (error) {
    if (!(error instanceof ProcedureError)) throw error;
    const sha256 = createHash("sha256").update(stored.text).digest("hex");
    return { title: file, description: undefined, parameters: {}, things: [], sha256, unreadable: error.message };
  }
}

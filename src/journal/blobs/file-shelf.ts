import { constants, type PathLike } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StorageError } from "../../errors.ts";
import { diskReason } from "../disk-reason.ts";
import type { BlobAbout, BlobBytes, BlobDraft, Shelf } from "./shelf.ts";

const pieceBytes = 256 * 1024;

/**
 * Blobs as files, two for each: `ID.blob`, and `ID.json` with what is told of it. One is there once its `.blob` has that
 * name. Of the four threads that Node has for files, and for serial ports, all of them together take one at a time.
 */
export class FileShelf implements Shelf {
  readonly #folder: string;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  draft(id: string): BlobDraft {
    const [temporary, described, blob] = [this.#path(id, "tmp"), this.#path(id, "json"), this.#path(id, "blob")];
    let file: FileHandle | undefined;
    const close = async () => {
      const opened = file;
      file = undefined;
      await opened?.close();
    };
    return {
      write: (piece) =>
        this.#keep(async () => {
          file ??= await this.#create(temporary);
          for (let at = 0; at < piece.length; )
            at += (await file.write(piece, at, Math.min(pieceBytes, piece.length - at))).bytesWritten;
        }),
      publish: (about) =>
        this.#keep(async () => {
          file ??= await this.#create(temporary);
          await close();
          await writeFile(described, JSON.stringify(about), { mode: 0o640 });
          await rename(temporary, blob);
        }),
      discard: () =>
        this.#inTurn(async () => {
          await close().catch(() => {});
          await removeAll([temporary, blob, described]).catch(() => {});
        }),
    };
  }

  async open({ id, size }: BlobAbout): Promise<BlobBytes | undefined> {
    // Whatever stands there by that name, a link is none of ours.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW;
    const file = await this.#inTurn(() => open(this.#path(id, "blob"), flags)).catch(goneOrThrow);
    if (!file) return undefined;
    const close = () => file.close().catch(() => {});
    const found = await this.#inTurn(() => file.stat()).catch(unreadable);
    if (found.isFile() && found.size === size) return { read: (start, end) => this.#read(file, start, end), close };
    await close();
    return undefined;
  }

  async remove(id: string): Promise<void> {
    await this.#keep(() => removeAll([this.#path(id, "blob"), this.#path(id, "json")]));
  }

  /** The folder is made with the first file in it, also when somebody has removed it. */
  async #create(path: string): Promise<FileHandle> {
    try {
      return await open(path, "wx", 0o640);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      await mkdir(this.#folder, 0o750);
      return open(path, "wx", 0o640);
    }
  }

  async *#read(file: FileHandle, start: number, end: number): AsyncGenerator<Uint8Array> {
    for (let at = start; at < end; ) {
      const piece = Buffer.allocUnsafe(Math.min(pieceBytes, end - at));
      const { bytesRead } = await this.#inTurn(() => file.read(piece, 0, piece.length, at)).catch(unreadable);
      if (bytesRead === 0) throw new StorageError("a blob is shorter than it was: somebody has written to its file");
      at += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
  }

  #path(id: string, suffix: string): string {
    return join(this.#folder, `${id}.${suffix}`);
  }

  async #keep(work: () => Promise<void>): Promise<void> {
    try {
      await this.#inTurn(work);
    } catch (cause) {
      throw new StorageError(`the blob cannot be kept: ${diskReason(cause)}`, { cause });
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }
}

/** A want of descriptors, or a failing disk, is none: the blob is there, and can be read another time. */
function goneOrThrow(error: NodeJS.ErrnoException): undefined {
  return error.code === "ENOENT" || error.code === "ELOOP" ? undefined : unreadable(error);
}

function unreadable(cause: Error): never {
  throw new StorageError(`the blob cannot be read: ${diskReason(cause)}`, { cause });
}

/** The bytes first: what is told of nothing is swept away at the next start. */
async function removeAll(files: readonly PathLike[]): Promise<void> {
  for (const file of files) await rm(file, { force: true });
}

import { constants } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm, statfs, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { LogLevel } from "../../context.ts";
import { StorageError } from "../../errors.ts";
import { diskReason } from "../disk-reason.ts";
import type { RecordingAbout } from "./about.ts";
import type { FoundRecording, GrowingFile, RecordingBytes, RecordingShelf } from "./shelf.ts";
import { surveyRecordings } from "./survey.ts";

const pieceBytes = 64 * 1024;

/**
 * Recordings as files, two for each: `ID.csv`, and `ID.json` with what is told of it. Of the four threads that Node has
 * for files, and for serial ports, all of them together take one at a time.
 */
export class FileRecordings implements RecordingShelf {
  readonly #folder: string;
  readonly #log: (level: LogLevel, message: string) => void;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(folder: string, log: (level: LogLevel, message: string) => void) {
    this.#folder = folder;
    this.#log = log;
  }

  survey(): Promise<readonly FoundRecording[]> {
    return surveyRecordings(this.#folder, this.#log);
  }

  create(id: string): GrowingFile {
    let file: FileHandle | undefined;
    return {
      write: (bytes, start) =>
        this.#keep(async () => {
          file ??= await this.#create(id);
          for (let at = 0; at < bytes.length; )
            at += (await file.write(bytes, at, bytes.length - at, start + at)).bytesWritten;
        }),
      close: () =>
        this.#inTurn(async () => {
          await file?.close().catch(() => {});
          file = undefined;
        }),
    };
  }

  describe(about: RecordingAbout): Promise<void> {
    return this.#keep(async () => {
      await mkdir(this.#folder, { recursive: true, mode: 0o750 });
      // One after the other, and not synced: a latch must not wait for twenty of these.
      const draft = this.#path(about.id, "json.new");
      await writeFile(draft, `${JSON.stringify(about)}\n`, { mode: 0o640 });
      await rename(draft, this.#path(about.id, "json"));
    });
  }

  async read(id: string, bytes: number): Promise<RecordingBytes | undefined> {
    // Whatever stands there by that name, a link is none of ours.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW;
    const file = await this.#inTurn(() => open(this.#path(id, "csv"), flags)).catch(goneOrThrow);
    if (!file) return undefined;
    const close = () => file.close().catch(() => {});
    const found = await this.#inTurn(() => file.stat()).catch(unreadable);
    if (found.isFile() && found.size >= bytes) return { read: (start, end) => this.#read(file, start, end), close };
    await close();
    return undefined;
  }

  truncate(id: string, bytes: number): Promise<void> {
    return this.#keep(() => truncate(this.#path(id, "csv"), bytes));
  }

  append(id: string, at: number, text: string): Promise<void> {
    return this.#keep(async () => {
      const file = await open(this.#path(id, "csv"), "r+");
      try {
        await file.write(text, at, "utf8");
      } finally {
        await file.close();
      }
    });
  }

  remove(id: string): Promise<void> {
    // The bytes first: what is told of nothing is swept away at the next start.
    return this.#keep(async () => {
      for (const suffix of ["csv", "json"]) await rm(this.#path(id, suffix), { force: true });
    });
  }

  async free(): Promise<number> {
    const found = await this.#inTurn(() => statfs(this.#folder)).catch(() => statfs(dirname(this.#folder)));
    return found.bavail * found.bsize;
  }

  /** The folder is made with the first file in it, also when somebody has removed it. */
  async #create(id: string): Promise<FileHandle> {
    const path = this.#path(id, "csv");
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL;
    try {
      return await open(path, flags, 0o640);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOENT") throw error;
      await mkdir(this.#folder, { recursive: true, mode: 0o750 });
      return open(path, flags, 0o640);
    }
  }

  async *#read(file: FileHandle, start: number, end: number): AsyncGenerator<Uint8Array> {
    for (let at = start; at < end; ) {
      const piece = Buffer.allocUnsafe(Math.min(pieceBytes, end - at));
      const { bytesRead } = await this.#inTurn(() => file.read(piece, 0, piece.length, at)).catch(unreadable);
      if (bytesRead === 0)
        throw new StorageError("a recording is shorter than it was: somebody has written to its file");
      at += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
  }

  #path(id: string, suffix: string): string {
    return join(this.#folder, `${id}.${suffix}`);
  }

  async #keep<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#inTurn(work);
    } catch (cause) {
      throw new StorageError(diskReason(cause), { cause });
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }
}

function goneOrThrow(error: NodeJS.ErrnoException): undefined {
  return error.code === "ENOENT" || error.code === "ELOOP" ? undefined : unreadable(error);
}

function unreadable(cause: Error): never {
  throw new StorageError(`the recording cannot be read: ${diskReason(cause)}`, { cause });
}

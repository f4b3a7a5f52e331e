import { AsyncResource } from "node:async_hooks";
import type { Clock, Timer } from "../../clock.ts";
import type { LogLevel } from "../../context.ts";
import { StorageError } from "../../errors.ts";
import type { LineFile } from "./line-file.ts";
import type { RecordingShelf } from "./shelf.ts";

interface Options {
  readonly shelf: Pick<RecordingShelf, "free">;
  /** Asked each time. */
  minFreeBytes(): number;
  /** The process clock. */
  readonly clock: Clock;
  log(level: LogLevel, message: string): void;
}

interface Flushed {
  /** What is told of it has to be there first. */
  readonly describe: () => Promise<void>;
  described: boolean;
  turn: Promise<unknown>;
}

/** A kill takes no more than the rows of so long; milliseconds. */
const everyMs = 5000;

/** Writes what is added to files: every 5 s, and for as long as the disk takes nothing again then. */
export class Flushing {
  readonly #options: Options;
  readonly #files = new Map<LineFile, Flushed>();
  readonly #arm: () => void;
  #timer: Timer | undefined;
  #problem: string | undefined;
  /** Too little is left for others. */
  #scarce: string | undefined;
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
    // Armed in the context of a run, the timer would keep that in memory.
    this.#arm = AsyncResource.bind(() => {
      if (this.#closed || this.#files.size === 0) return;
      this.#timer ??= options.clock.after(everyMs, () => void this.#flushAll());
    });
  }

  /** Why nothing can be written; undefined when all is well. */
  get problem(): string | undefined {
    return this.#problem;
  }

  add(file: LineFile, describe: () => Promise<void>): void {
    this.#files.set(file, { describe, described: false, turn: Promise.resolve() });
    this.#arm();
    void this.flush(file);
  }

  /** Write what it has by now, if the disk takes it. Never rejects. */
  async flush(file: LineFile): Promise<void> {
    const flushed = this.#files.get(file);
    if (!flushed) return;
    await this.#inTurn(file, flushed).then(
      () => this.#succeeded(),
      (error: unknown) => this.#failed(error),
    );
  }

  /** Write the rest of it, and close it; rejects when the disk does not take it. */
  async end(file: LineFile): Promise<void> {
    const flushed = this.#files.get(file);
    if (!flushed) return;
    try {
      await this.#inTurn(file, flushed);
    } finally {
      this.#files.delete(file);
      await file.close();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    for (const file of [...this.#files.keys()]) await this.end(file).catch((error: unknown) => this.#failed(error));
  }

  #inTurn(file: LineFile, flushed: Flushed): Promise<void> {
    const turn = flushed.turn.then(async () => {
      if (this.#scarce !== undefined) throw new StorageError(this.#scarce);
      if (!flushed.described) await flushed.describe();
      flushed.described = true;
      await file.flush();
    });
    flushed.turn = turn.catch(() => {});
    return turn;
  }

  async #flushAll(): Promise<void> {
    this.#timer = undefined;
    await this.#look();
    for (const file of [...this.#files.keys()]) await this.flush(file);
    this.#arm();
  }

  async #look(): Promise<void> {
    const { shelf } = this.#options;
    const minFreeBytes = this.#options.minFreeBytes();
    const free = await shelf.free().catch(() => Number.POSITIVE_INFINITY);
    this.#scarce =
      free < minFreeBytes
        ? `only ${Math.floor(free / 2 ** 20)} MiB are free on the disk, which are left to the history`
        : undefined;
  }

  /** Said once when it fails, and once when it is over. */
  #failed(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    if (this.#problem === undefined)
      this.#options.log("error", `recordings cannot be written: ${why}; what comes is kept for a while, then lost`);
    this.#problem = why;
  }

  #succeeded(): void {
    if (this.#problem !== undefined) this.#options.log("info", "recordings can be written again");
    this.#problem = undefined;
  }
}

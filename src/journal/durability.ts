import { closeSync, fdatasync, fstatSync, fsync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { realClock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import { StorageError } from "../errors.ts";
import { Checkpointer } from "./checkpointer.ts";
import type { JournalCounts } from "./journal-counts.ts";

interface Options {
  /** The database; undefined when it is in memory. */
  readonly file: string | undefined;
  /** Nothing may be committed from now on, until `resume`. */
  pause(): void;
  resume(): void;
  readonly counts: JournalCounts;
  log(level: LogLevel, message: string): void;
}

/** The write-ahead log may grow to this before its content is moved into the database. */
const maxWalBytes = 4 * 2 ** 20;
/** How long commits wait for the moment in which the log begins anew; a disk knows no time but real time. */
const maxPauseMs = 10_000;
const maxCloseMs = 5000;

const syncData = promisify(fdatasync);
const syncAll = promisify(fsync);

/** What cannot be looked at is not gone. */
function isThere(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/** Brings to the disk what has been committed, without the main thread ever waiting for it. */
export class Durability {
  readonly #options: Options;
  #wal: number | undefined;
  #folder: Promise<void> = Promise.resolve();
  #syncing: Promise<void> | undefined;
  /** Counts what has been committed; and how far what is being synced goes. */
  #commits = 0;
  #covered = 0;
  #next: Promise<void> | undefined;
  #checkpointer: Checkpointer | undefined;
  #checkpointing: Promise<void> | undefined;
  /** The length of the log from which on it is moved. */
  #movedFrom = maxWalBytes;

  constructor(options: Options) {
    this.#options = options;
  }

  /** The database has been opened. */
  opened(): void {
    const { file } = this.#options;
    if (file === undefined) return;
    this.#wal = openSync(`${file}-wal`, "r");
    this.#movedFrom = maxWalBytes;
    this.#folder = syncFolder(dirname(file));
    // Told to those who ask for a sync.
    this.#folder.catch(() => {});
  }

  /** The database is of no use any more. */
  abandon(): void {
    this.#checkpointer?.terminate();
    this.#checkpointer = undefined;
    this.#leaveWal();
  }

  /** Settles when the disk has taken what it is taking; undefined while it takes nothing. */
  get syncing(): Promise<unknown> | undefined {
    return this.#syncing;
  }

  /** Resolves when all that is committed by now would survive a power cut. Those who ask with later commits share the next. */
  sync(): Promise<void> {
    if (this.#options.file === undefined) return Promise.resolve();
    if (this.#wal === undefined) return Promise.reject(new StorageError("the history's log is not open"));
    if (!this.#syncing) {
      this.#covered = this.#commits;
      this.#syncing = this.#sync(this.#wal).finally(() => {
        this.#syncing = undefined;
      });
      return this.#syncing;
    }
    if (this.#covered === this.#commits) return this.#syncing;
    const again = () => {
      this.#next = undefined;
      return this.sync();
    };
    this.#next ??= this.#syncing.then(again, again);
    return this.#next;
  }

  /** Its name is gone from the disk: nobody will ever read what is written now. */
  get isRemoved(): boolean {
    const { file } = this.#options;
    if (file === undefined || this.#wal === undefined) return false;
    // Alone, the log is of no use. Where both are gone and the log has its name, another file system hides them.
    return fstatSync(this.#wal).nlink === 0 || (!isThere(file) && isThere(`${file}-wal`));
  }

  /** Something has been committed. */
  written(): void {
    this.#commits++;
    if (this.#wal === undefined || this.#checkpointing) return;
    const { size } = fstatSync(this.#wal);
    if (size < this.#movedFrom) return;
    this.#movedFrom = maxWalBytes;
    this.#checkpointing = this.#checkpoint()
      .catch((error: unknown) => {
        // Not with each commit: a thread that cannot do it would be started, and told of, hundreds of times a second.
        this.#movedFrom = size + maxWalBytes;
        this.#unmoved(error);
        this.#checkpointer?.terminate();
        this.#checkpointer = undefined;
      })
      .finally(() => {
        this.#checkpointing = undefined;
      });
  }

  /** Let what is under way end; then `last` closes the database, whose last checkpoint is not the main thread's either. */
  async close(last: () => void): Promise<void> {
    await this.#within(maxPauseMs, this.#checkpointing ?? Promise.resolve());
    if (this.#wal === undefined) return last();
    const checkpointer = this.#working();
    const unmoved = (error: unknown) => this.#unmoved(error);
    await this.#within(maxCloseMs, checkpointer.ready).catch(unmoved);
    last();
    await this.#within(maxCloseMs, checkpointer.close()).catch(unmoved);
    checkpointer.terminate();
    this.#leaveWal();
  }

  async #sync(wal: number): Promise<void> {
    const { counts } = this.#options;
    const begun = realClock.now();
    try {
      await Promise.all([this.#folder, syncData(wal)]);
    } catch (error) {
      counts.syncFailures++;
      throw error;
    }
    counts.lastSyncAt = realClock.now();
    counts.syncSeconds.observe((counts.lastSyncAt - begun) / 1000);
  }

  /** Copy while commits go on; then, with commits paused, the little that is left, and begin the log anew. */
  async #checkpoint(): Promise<void> {
    const checkpointer = this.#working();
    await checkpointer.ready;
    await checkpointer.copy();
    this.#options.pause();
    try {
      await this.#within(maxPauseMs, checkpointer.restart());
    } finally {
      this.#options.resume();
    }
  }

  #unmoved(error: unknown): void {
    this.#options.log(
      "warning",
      `the history's log could not be moved into its database: ${error instanceof Error ? error.message : error}`,
    );
  }

  #working(): Checkpointer {
    this.#checkpointer ??= new Checkpointer(this.#options.file ?? "");
    return this.#checkpointer;
  }

  #leaveWal(): void {
    if (this.#wal !== undefined) closeSync(this.#wal);
    this.#wal = undefined;
  }

  /** Whatever becomes of it, no longer than that. */
  #within(ms: number, work: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = realClock.after(ms, resolve);
      work.then(resolve, reject).finally(() => timer.cancel());
    });
  }
}

/** A file whose name is not on the disk is not there after a power cut. */
async function syncFolder(folder: string): Promise<void> {
  const handle = openSync(folder, "r");
  try {
    await syncAll(handle);
  } finally {
    closeSync(handle);
  }
}

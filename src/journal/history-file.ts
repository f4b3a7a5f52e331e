import { realClock } from "../clock.ts";
import { StorageError } from "../errors.ts";
import type { Backlog } from "./backlog.ts";
import { Commits } from "./commits.ts";
import { isDamage } from "./database.ts";
import { Durability } from "./durability.ts";
import { fileSize } from "./file-size.ts";
import type { HistoryBounds } from "./history-bounds.ts";
import { JournalCounts } from "./journal-counts.ts";
import type { JournalOptions } from "./journal-options.ts";
import { Outage } from "./outage.ts";
import { pruneStep } from "./retention.ts";
import { Store } from "./store.ts";
import { UnwritableError } from "./unwritable.ts";

interface HistoryFileOptions extends JournalOptions {
  readonly backlog: Backlog;
  /** Asked each time. */
  bounds(): HistoryBounds;
  /** The wall clock that nobody turns back, milliseconds. */
  now(): number;
  uptime(): number;
}

/** The file of the history while the process lives: opened, written to, let go when it is of no use, and tried again. */
export class HistoryFile {
  /** When what waits is written. */
  readonly commits: Commits;
  /** It as it was at the start. */
  readonly origin: Store | undefined;
  readonly counts = new JournalCounts();
  readonly #options: HistoryFileOptions;
  readonly #outage: Outage;
  readonly #durability: Durability;
  #store: Store | undefined;
  readonly #reopened: (() => void)[] = [];
  #paused = false;
  #closed = false;

  constructor(options: HistoryFileOptions) {
    this.#options = options;
    const { file, clock = realClock, bounds, log } = options;
    this.commits = new Commits({ clock, inMemory: file === undefined, commit: () => this.#flushWaiting() });
    this.#outage = new Outage({ whenFull: () => bounds().whenFull, clock, log, retry: () => this.flush() });
    this.#durability = new Durability({
      file,
      pause: () => {
        this.#paused = true;
      },
      resume: () => this.#resume(),
      counts: this.counts,
      log,
    });
    this.attempt(() => this.#open(true));
    this.origin = this.#store;
  }

  /** Undefined while there is none that is of use. */
  get store(): Store | undefined {
    return this.#store;
  }

  /** Why nothing can be written; undefined when all is well. */
  get failure(): Error | undefined {
    return this.#outage.error;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Of the database and of its log, in bytes; 0 for one that is in memory, or is not there. */
  async sizes(): Promise<{ readonly database: number; readonly log: number }> {
    const { file } = this.#options;
    if (file === undefined) return { database: 0, log: 0 };
    const [database, log] = await Promise.all([fileSize(file), fileSize(`${file}-wal`)]);
    return { database, log };
  }

  /** Throws `StorageError` while nothing new may begin. */
  assertTakes(): void {
    this.#outage.assertTakes();
  }

  /** Be told when it has been opened later than at the start: as it was missing, or for a damaged one. */
  onReopened(listener: () => void): void {
    this.#reopened.push(listener);
  }

  /** Write all that waits, as one commit. */
  flush(): void {
    if (this.#paused || this.#closed) return;
    const { backlog, bounds, log, now } = this.#options;
    const begun = performance.now();
    this.attempt(() => {
      if (this.#durability.isRemoved) {
        log("error", "the history's file has been removed, with what was in it: a new one is begun");
        this.#letGo();
      }
      if (!this.#store) this.#open();
      // Hundreds may wait by now: what cannot be written is not worked out anew each time that one more comes.
      else if (this.#outage.error) this.#store.tryOut();
      for (const entry of backlog.invocations) entry.listFrom(now());
      this.#write(backlog);
      backlog.clear();
      this.#store?.prune(bounds(), pruneStep);
      this.#outage.succeeded();
      this.counts.commitSeconds.observe((performance.now() - begun) / 1000);
    });
    this.commits.tried();
    this.#durability.written();
  }

  /** What was due may have been written meanwhile: then there is nothing to commit. */
  #flushWaiting(): void {
    if (this.#options.backlog.isEmpty && this.#store && !this.#outage.error) this.commits.tried();
    else this.flush();
  }

  /** One that can never be written keeps nothing else from it. */
  #write(backlog: Backlog): void {
    for (;;) {
      try {
        this.#store?.write(backlog);
        return;
      } catch (error) {
        if (!(error instanceof UnwritableError)) throw error;
        const { invocation } = error.entry;
        backlog.invocations.giveUp(error.entry);
        const what = `${invocation.thing}/${invocation.action} (${invocation.id})`;
        this.#options.log("error", `${what} cannot be recorded, and is missing in the history: ${error.message}`);
      }
    }
  }

  /** What fails is tried again; nobody is kept waiting for it. */
  attempt(write: () => void): void {
    try {
      write();
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new StorageError(String(thrown));
      this.counts.failures++;
      if (isDamage(error)) this.#letGo();
      this.#outage.failed(error);
      this.#options.backlog.invocations.failed(error);
    }
  }

  /** Remove what was requested before `before`, some of it at a time; whether there is more to go. */
  pruneAged(before: number): boolean {
    let gone = 0;
    this.attempt(() => {
      if (!this.#paused) gone = this.#store?.pruneAged(before, pruneStep) ?? 0;
    });
    return gone === pruneStep;
  }

  /** Settles when the disk has taken what it is taking; undefined while it takes nothing. */
  get syncing(): Promise<unknown> | undefined {
    return this.#durability.syncing;
  }

  /** Resolves when all that is written by now would be there after a power cut; rejects with `StorageError`. */
  async sync(): Promise<void> {
    try {
      await this.#durability.sync();
    } catch (cause) {
      throw new StorageError("the history could not be written to the disk", { cause });
    }
  }

  /** Write what waits, a last time. `last` is called before that, `closing` before it is closed. */
  close(last: () => void, closing: () => void): Promise<void> {
    return this.#durability.close(() => {
      this.#paused = false;
      last();
      this.flush();
      this.#closed = true;
      this.commits.close();
      closing();
      this.#outage.close();
      this.#store?.close();
      this.#store = undefined;
    });
  }

  /** Why something is not on the disk. */
  storageError(): StorageError {
    return new StorageError(`the history cannot be written: ${this.#outage.error?.message ?? "it is closed"}`);
  }

  #open(resumes = false): void {
    const { file = ":memory:", log, connect, now, uptime } = this.#options;
    this.#store = Store.open({ file, resumes, connect, now, uptime, log });
    this.#durability.opened();
    for (const told of this.#reopened) told();
  }

  /** It is of no use any more: the next that is written opens another. */
  #letGo(): void {
    this.#durability.abandon();
    this.#store?.close();
    this.#store = undefined;
  }

  #resume(): void {
    this.#paused = false;
    if (!this.#options.backlog.isEmpty) this.commits.soon();
  }
}

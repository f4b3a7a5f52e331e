import { type Clock, realClock } from "../clock.ts";
import { StorageError } from "../errors.ts";
import type { Invocation } from "../invocation/invocation.ts";
import type { InvocationFilter, Journal, Part, Reach, Waiting } from "../invocation/journal.ts";
import type { DeliveryAmount } from "../invocation/ledger.ts";
import { reconcileLive } from "../invocation/live.ts";
import type { InvocationRecord } from "../invocation/record.ts";
import { Backlog } from "./backlog.ts";
import { Commits } from "./commits.ts";
import { isDamage } from "./database.ts";
import { Durability } from "./durability.ts";
import { type HistoryBounds, inMemoryBounds, usualBounds } from "./history-bounds.ts";
import type { JournalOptions } from "./journal-options.ts";
import { KeptAudit } from "./kept-audit.ts";
import { KeptKeys } from "./kept-keys.ts";
import type { KeyChange } from "./key-table.ts";
import { Lookup } from "./lookup.ts";
import { Outage } from "./outage.ts";
import { Recent } from "./recent.ts";
import { pruneStep, Retention } from "./retention.ts";
import { Store, type StoredSetting } from "./store.ts";

/**
 * The journal in SQLite. What it is told within one turn of the event loop is one commit, so a quick action is one, with
 * its start and its end. It never waits for the disk: what must survive a power cut is synced beside it.
 */
export class SqliteJournal implements Journal {
  readonly audit: KeptAudit;
  readonly keys: KeptKeys;
  readonly #options: JournalOptions;
  readonly #clock: Clock;
  readonly #bounds: HistoryBounds;
  /** Added to the process clock it gives the wall clock as it was at the start: nobody turns this one back. */
  readonly #epoch: number;
  readonly #uptime: () => number;
  readonly #backlog = new Backlog();
  readonly #unwritten = this.#backlog.invocations;
  readonly #recent = new Recent();
  readonly #lookup: Lookup;
  readonly #commits: Commits;
  readonly #durability: Durability;
  readonly #outage: Outage;
  readonly #retention: Retention;
  #store: Store | undefined;
  /** The file as it was at the start. */
  readonly #origin: Store | undefined;
  #seq = 0;
  #reopened: (() => void) | undefined;
  #paused = false;
  #closed = false;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.#epoch = Date.now() - this.#clock.now();
    this.#uptime = options.uptime ?? (() => this.#now());
    this.#bounds = { ...(options.file === undefined ? inMemoryBounds : usualBounds), ...options.history };
    const inMemory = options.file === undefined;
    this.#commits = new Commits({ clock: this.#clock, inMemory, commit: () => this.#flush() });
    const parts = { backlog: this.#backlog, commits: this.#commits, clock: this.#clock, store: () => this.#store };
    this.#lookup = new Lookup({ ...parts, recent: this.#recent, log: options.log });
    this.audit = new KeptAudit({ ...parts, sync: () => this.#sync(), beyond: () => this.#beyond() });
    const keep = (id: string, change: KeyChange) => this.#keep(this.#backlog.keys, id, change);
    this.keys = new KeptKeys({ ...parts, keep, now: () => this.#now() });
    this.#outage = new Outage({
      whenFull: this.#bounds.whenFull,
      clock: this.#clock,
      log: options.log,
      retry: () => this.#flush(),
    });
    this.#durability = new Durability({
      file: options.file,
      pause: () => {
        this.#paused = true;
      },
      resume: () => this.#resume(),
      log: options.log,
    });
    this.#try(() => this.#open(true));
    this.#origin = this.#store;
    this.#seq = this.#store?.reader.lastSeq() ?? this.#beyond();
    this.#retention = new Retention(this.#clock, () => this.#pruneAged());
  }

  /** Why nothing can be written; undefined when all is well. */
  get failure(): Error | undefined {
    return this.#outage.error;
  }
  nextSeq(): number {
    return ++this.#seq;
  }

  assertTakes(): void {
    this.#outage.assertTakes();
  }

  requested(invocation: Invocation): void {
    this.#unwritten.begin(invocation, this.#origin, this.#uptime());
    this.#commits.soon();
  }

  started(invocation: Invocation): void {
    const entry = this.#unwritten.entryOf(invocation);
    if (!entry) return;
    this.#unwritten.add(entry);
    // What the file calls waiting would be told as never begun if the process were killed now.
    if (entry.status === "pending") this.#flush();
    else this.#commits.soon();
  }

  begun(invocation: Invocation): Promise<void> | undefined {
    const takenForWaiting = () => this.#unwritten.entryOf(invocation)?.status === "pending";
    if (invocation.restartWithinMs === undefined || !takenForWaiting()) return undefined;
    return this.#commits.next.then(() => {
      if (takenForWaiting()) throw this.#storageError();
    });
  }

  outlives(invocation: Invocation): boolean {
    const { restartWithinMs, leased } = invocation;
    if (this.#options.file === undefined || restartWithinMs === undefined || leased) return false;
    const { status, askedAt = 0 } = this.#unwritten.entryOf(invocation) ?? {};
    return status === "pending" && this.#uptime() < askedAt + restartWithinMs;
  }

  /** What an earlier process was asked for, and may be queued again: whoever asks for it gives each its end. */
  get waiting(): readonly Waiting[] {
    return this.#origin?.waiting ?? [];
  }

  changed(invocation: Invocation, part: Part): void {
    const entry = this.#unwritten.entryOf(invocation);
    if (!entry || this.#closed) return;
    entry.changed.add(part);
    this.#unwritten.add(entry);
    this.#commits.later();
  }

  ended(invocation: Invocation): void {
    const entry = this.#unwritten.entryOf(invocation);
    if (!entry) return;
    entry.listFrom(this.#now());
    this.#unwritten.add(entry);
    this.#recent.add(invocation);
    this.#commits.soon();
  }

  acknowledged(invocation: Invocation): Promise<void> {
    return this.#unwritten.isSeenTo(invocation) ? Promise.resolve() : this.#commits.next;
  }

  async synced(invocation: Invocation): Promise<void> {
    await this.acknowledged(invocation);
    if (!this.#unwritten.isWritten(invocation)) throw this.#storageError();
    await this.#sync();
  }

  async find(id: string, reach: Reach): Promise<InvocationRecord | undefined> {
    return this.#lookup.find(id, this.#listedAt(reach));
  }

  list(filter: InvocationFilter, reach: Reach): Promise<readonly InvocationRecord[]> {
    return this.#lookup.list(filter, this.#listedAt(reach));
  }

  async lastDelivery(thing: string): Promise<InvocationRecord | undefined> {
    return this.#lookup.lastDelivery(thing);
  }

  async reconcile(id: string, thing: string, known: readonly DeliveryAmount[]): Promise<void> {
    const invocation = this.#lookup.here(id);
    if (invocation) reconcileLive(invocation, thing, known);
    else this.#try(() => this.#store?.reconcile(id, thing, known, this.#now()));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    await this.#durability.close(() => {
      this.#paused = false;
      this.#flush();
      this.#closed = true;
      this.#commits.close();
      this.#retention.close();
      this.audit.close();
      this.#outage.close();
      this.#store?.close();
      this.#store = undefined;
    });
  }

  /** Every setting that is kept, its value as JSON; undefined while nobody can read them. */
  settings(): readonly StoredSetting[] | undefined {
    return this.#store?.settings();
  }

  /** Be told when the file has been opened later than at the start: as it was missing, or for a damaged one. */
  onReopened(listener: () => void): void {
    this.#reopened = listener;
  }

  /** Resolves when it would be there after a power cut; rejects with `StorageError`. */
  keepSetting(thing: string, property: string, value: string): Promise<void> {
    return this.#keep(this.#backlog.settings, `${thing}/${property}`, { thing, property, value });
  }

  /** The wall clock as it was at the start, and what has passed since. */
  #now(): number {
    return this.#epoch + this.#clock.now();
  }

  /** Without its file nobody knows the last number: this one is beyond any that was counted up to. */
  #beyond(): number {
    return Math.floor(this.#now());
  }

  #listedAt(reach: Reach): number | undefined {
    return reach === "listed" ? this.#now() : undefined;
  }

  #open(resumes = false): void {
    const { file = ":memory:", log, connect } = this.#options;
    this.#store = Store.open({ file, resumes, connect, now: () => this.#now(), uptime: this.#uptime, log });
    this.#durability.opened();
    this.#reopened?.();
  }

  #flush(): void {
    if (this.#paused || this.#closed) return;
    this.#try(() => {
      if (this.#durability.isRemoved) {
        this.#options.log("error", "the history's file has been removed, with what was in it: a new one is begun");
        this.#letGo();
      }
      if (!this.#store) this.#open();
      // Hundreds may wait by now: what cannot be written is not worked out anew each time that one more comes.
      else if (this.#outage.error) this.#store.tryOut();
      for (const entry of this.#unwritten) entry.listFrom(this.#now());
      this.#store?.write(this.#backlog);
      this.#backlog.clear();
      this.#store?.prune(this.#bounds, pruneStep);
      this.#outage.succeeded();
    });
    this.#commits.tried();
    this.#durability.written();
  }

  /** What fails is tried again; nobody is kept waiting for it. */
  #try(write: () => void): void {
    try {
      write();
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new StorageError(String(thrown));
      if (isDamage(error)) this.#letGo();
      this.#outage.failed(error);
      this.#unwritten.failed(error);
    }
  }

  /** The file is of no use any more: the next that is written opens another. */
  #letGo(): void {
    this.#durability.abandon();
    this.#store?.close();
    this.#store = undefined;
  }

  #resume(): void {
    this.#paused = false;
    if (!this.#backlog.isEmpty) this.#commits.soon();
  }

  /** On the disk with all that is to be written by then; it may be overtaken by a newer value on the way. */
  async #keep<Change>(waiting: Map<string, Change>, id: string, change: Change): Promise<void> {
    if (this.#closed) throw this.#storageError();
    waiting.set(id, change);
    this.#commits.soon();
    await this.#commits.next;
    if (waiting.get(id) === change) throw this.#storageError();
    await this.#sync();
  }

  async #sync(): Promise<void> {
    try {
      await this.#durability.sync();
    } catch (cause) {
      throw new StorageError("the history could not be written to the disk", { cause });
    }
  }

  #storageError(): StorageError {
    return new StorageError(`the history cannot be written: ${this.#outage.error?.message ?? "it is closed"}`);
  }

  /** Whether there is more to go. */
  #pruneAged(): boolean {
    let gone = 0;
    // By a clock that is wrong, or has just been set, all of it might be old.
    const before = Math.min(this.#now(), Date.now()) - this.#bounds.days * 24 * 60 * 60 * 1000;
    this.#try(() => {
      if (!this.#paused && this.#options.clockTrusted?.()) gone = this.#store?.pruneAged(before, pruneStep) ?? 0;
    });
    return gone === pruneStep;
  }
}

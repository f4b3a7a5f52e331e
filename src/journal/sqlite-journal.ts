import { type Clock, realClock } from "../clock.ts";
import type { Invocation } from "../invocation/invocation.ts";
import type { InvocationFilter, Journal, Part, Reach, Waiting } from "../invocation/journal.ts";
import type { DeliveryAmount } from "../invocation/ledger.ts";
import { reconcileLive } from "../invocation/live.ts";
import type { InvocationRecord } from "../invocation/record.ts";
import type { TurnoverMap } from "../turnover.ts";
import { Backlog } from "./backlog.ts";
import type { Commits } from "./commits.ts";
import { type HistoryBounds, historyBounds } from "./history-bounds.ts";
import { HistoryFile } from "./history-file.ts";
import type { JournalCounts } from "./journal-counts.ts";
import type { JournalOptions } from "./journal-options.ts";
import { KeptAudit } from "./kept-audit.ts";
import { KeptCalibrations } from "./kept-calibrations.ts";
import { KeptKeys } from "./kept-keys.ts";
import type { KeyChange } from "./key-table.ts";
import { Lookup } from "./lookup.ts";
import { Recent } from "./recent.ts";
import { reconcileStored } from "./reconcile-stored.ts";
import { Retention } from "./retention.ts";
import type { StoredSetting } from "./store.ts";

/**
 * The journal in SQLite. What it is told within one turn of the event loop is one commit, so a quick action is one, with
 * its start and its end. It never waits for the disk: what must survive a power cut is synced beside it.
 */
export class SqliteJournal implements Journal {
  readonly audit: KeptAudit;
  readonly calibrations: KeptCalibrations;
  readonly keys: KeptKeys;
  readonly #options: JournalOptions;
  readonly #clock: Clock;
  #bounds: HistoryBounds;
  /** Added to the process clock it gives the wall clock as it was at the start: nobody turns this one back. */
  readonly #epoch: number;
  readonly #uptime: () => number;
  readonly #backlog = new Backlog();
  readonly #unwritten = this.#backlog.invocations;
  readonly #recent = new Recent();
  readonly #lookup: Lookup;
  readonly #file: HistoryFile;
  readonly #commits: Commits;
  readonly #retention: Retention;
  #seq = 0;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.#epoch = Date.now() - this.#clock.now();
    this.#uptime = options.uptime ?? (() => this.#now());
    this.#bounds = historyBounds(options.file, options.history);
    const now = () => this.#now();
    this.#file = new HistoryFile({
      ...options,
      backlog: this.#backlog,
      bounds: () => this.#bounds,
      now,
      uptime: this.#uptime,
    });
    this.#commits = this.#file.commits;
    const parts = {
      backlog: this.#backlog,
      commits: this.#commits,
      clock: this.#clock,
      store: () => this.#file.store,
    };
    this.#lookup = new Lookup({ ...parts, recent: this.#recent, log: options.log });
    this.audit = new KeptAudit({ ...parts, sync: () => this.#file.sync(), beyond: () => this.#beyond() });
    this.calibrations = new KeptCalibrations({
      ...parts,
      keep: (calibration) => this.#keep(this.#backlog.calibrations, calibration.id, calibration),
    });
    const keep = (id: string, change: KeyChange) => this.#keep(this.#backlog.keys, id, change);
    this.keys = new KeptKeys({ ...parts, keep, now });
    this.#seq = this.#file.store?.reader.lastSeq() ?? this.#beyond();
    this.#retention = new Retention(this.#clock, () => this.#pruneAged());
  }

  /** Why nothing can be written; undefined when all is well. */
  get failure(): Error | undefined {
    return this.#file.failure;
  }
  /** What it has written since the start. */
  get counts(): JournalCounts {
    return this.#file.counts;
  }
  /** How many invocations wait to be written. */
  get waitingToBeWritten(): number {
    return this.#unwritten.size;
  }
  /** Of the database and of its log, in bytes; 0 for one that is in memory, or is not there. */
  sizes(): Promise<{ readonly database: number; readonly log: number }> {
    return this.#file.sizes();
  }
  /** From now on; what is beyond goes with what is written next, and what is too old within the hour. */
  keepWithin(history: Partial<HistoryBounds> | undefined): void {
    this.#bounds = historyBounds(this.#options.file, history);
  }
  nextSeq(): number {
    return ++this.#seq;
  }

  assertTakes(): void {
    this.#file.assertTakes();
  }

  requested(invocation: Invocation, isHeld = false): void {
    this.#unwritten.begin(invocation, this.#file.origin, this.#uptime);
    if (isHeld) this.#commits.later();
    else this.#commits.soon();
  }

  started(invocation: Invocation): void {
    const entry = this.#unwritten.entryOf(invocation);
    if (!entry) return;
    this.#unwritten.add(entry);
    // What the file calls waiting would be told as never begun if the process were killed now.
    if (entry.status === "pending") this.#file.flush();
    else this.#commits.soon();
  }

  begun(invocation: Invocation): Promise<void> | undefined {
    const takenForWaiting = () => this.#unwritten.entryOf(invocation)?.status === "pending";
    if (invocation.restartWithinMs === undefined || !takenForWaiting()) return undefined;
    return this.#commits.next.then(() => {
      if (takenForWaiting()) throw this.#file.storageError();
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
    return this.#file.origin?.waiting ?? [];
  }

  changed(invocation: Invocation, part: Part): void {
    const entry = this.#unwritten.entryOf(invocation);
    if (!entry || this.#file.closed) return;
    entry.change(part);
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
    this.#commits.soon();
    await this.acknowledged(invocation);
    if (!this.#unwritten.isWritten(invocation)) throw this.#file.storageError();
    await this.#file.sync();
  }

  async find(id: string, reach: Reach): Promise<InvocationRecord | undefined> {
    return this.#lookup.find(id, this.#listedAt(reach));
  }

  list(filter: InvocationFilter, reach: Reach): Promise<readonly InvocationRecord[]> {
    return this.#lookup.list(filter, this.#listedAt(reach));
  }

  get latest(): readonly Invocation[] {
    return this.#lookup.latest;
  }

  async lastDelivery(thing: string): Promise<InvocationRecord | undefined> {
    return this.#lookup.lastDelivery(thing);
  }

  async reconcile(id: string, thing: string, known: readonly DeliveryAmount[]): Promise<void> {
    const invocation = this.#lookup.here(id);
    if (invocation) reconcileLive(invocation, thing, known);
    else
      this.#file.attempt(() =>
        reconcileStored(this.#file.store, { invocation: id, thing, amounts: known, now: this.#now() }),
      );
  }

  async close(): Promise<void> {
    if (this.#file.closed) return;
    const closing = () => {
      this.#retention.close();
      this.audit.close();
    };
    await this.#file.close(() => this.audit.hurry(), closing);
  }

  /** Whether it knows all from that number on; not while nobody can read it. */
  reachesBackTo(seq: number): boolean {
    const first = this.#file.store?.reader.firstSeq();
    return first !== undefined && first <= seq;
  }

  /** Every setting that is kept, its value as JSON; undefined while nobody can read them. */
  settings(): readonly StoredSetting[] | undefined {
    return this.#file.store?.settings();
  }

  /** Be told when the file has been opened later than at the start: as it was missing, or for a damaged one. */
  onReopened(listener: () => void): void {
    this.#file.onReopened(listener);
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

  /** On the disk with all that is to be written by then; it may be overtaken by a newer value on the way. */
  async #keep<Change>(waiting: TurnoverMap<string, Change>, id: string, change: Change): Promise<void> {
    if (this.#file.closed) throw this.#file.storageError();
    waiting.set(id, change);
    // What is committed while the disk takes something waits for the next sync all the same: then it may be one commit.
    await this.#file.syncing?.catch(() => {});
    if (this.#file.closed) throw this.#file.storageError();
    this.#commits.soon();
    await this.#commits.next;
    if (waiting.get(id) === change) throw this.#file.storageError();
    await this.#file.sync();
  }

  /** Whether there is more to go. */
  #pruneAged(): boolean {
    if (!this.#options.clockTrusted?.()) return false;
    // By a clock that is wrong, or has just been set, all of it might be old.
    const before = Math.min(this.#now(), Date.now()) - this.#bounds.days * 24 * 60 * 60 * 1000;
    return this.#file.pruneAged(before);
  }
}

import { type Clock, realClock, type Timer } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import { StorageError } from "../errors.ts";
import type { Invocation } from "../invocation/invocation.ts";
import { type InvocationFilter, type Journal, matches, type Part, type Reach } from "../invocation/journal.ts";
import type { DeliveryAmount } from "../invocation/ledger.ts";
import { reconcileLive } from "../invocation/live.ts";
import { Moment } from "../invocation/moment.ts";
import type { InvocationRecord } from "../invocation/record.ts";
import { type Database, isDamage } from "./database.ts";
import { Durability } from "./durability.ts";
import { type HistoryBounds, inMemoryBounds, usualBounds } from "./history-bounds.ts";
import type { KeptKey, Key, KeyChange } from "./key-table.ts";
import { Outage } from "./outage.ts";
import { Recent } from "./recent.ts";
import { Store, type StoredSetting } from "./store.ts";
import { Unwritten } from "./unwritten.ts";

export interface JournalOptions {
  /** Where its file is; in memory unless told. */
  readonly file?: string | undefined;
  /** The process clock: retention is a promise to clients, not part of the simulation. */
  readonly clock?: Clock;
  readonly history?: Partial<HistoryBounds> | undefined;
  /** Whether the wall clock is known to be right; not, unless told. */
  readonly clockTrusted?: (() => boolean) | undefined;
  /** For tests: how its database is opened. */
  readonly connect?: ((file: string) => Database) | undefined;
  log(level: LogLevel, message: string): void;
}

/** What changes while an invocation runs is written this often; process time, milliseconds. */
const coalesceMs = 1000;
const pruneMs = 60 * 60 * 1000;
/** So many are removed in one go. */
const pruneStep = 100;

/**
 * The journal in SQLite. What it is told within one turn of the event loop is one commit, so a quick action is one, with
 * its start and its end. It never waits for the disk: what must survive a power cut is synced beside it.
 */
export class SqliteJournal implements Journal {
  readonly #options: JournalOptions;
  readonly #clock: Clock;
  readonly #bounds: HistoryBounds;
  /** Added to the process clock it gives the wall clock as it was at the start: nobody turns this one back. */
  readonly #epoch: number;
  readonly #unwritten = new Unwritten();
  /** Those that are yet to be written. */
  readonly #settings = new Map<string, StoredSetting>();
  readonly #keys = new Map<string, KeyChange>();
  readonly #recent = new Recent();
  readonly #durability: Durability;
  readonly #outage: Outage;
  #store: Store | undefined;
  #seq = 0;
  #scheduled = false;
  #group = new Moment();
  #coalescing: Timer | undefined;
  #pruning: Timer | undefined;
  #paused = false;
  #closed = false;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.#epoch = Date.now() - this.#clock.now();
    this.#bounds = { ...(options.file === undefined ? inMemoryBounds : usualBounds), ...options.history };
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
    this.#try(() => this.#open());
    // Without its file nobody knows the last number: this one is beyond any that was counted up to.
    this.#seq = this.#store?.reader.lastSeq() ?? Math.floor(this.#epoch + this.#clock.now());
    this.#pruneLater(pruneMs);
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
    this.#unwritten.begin(invocation);
    this.#soon();
  }

  started(invocation: Invocation): void {
    const entry = this.#unwritten.entryOf(invocation);
    if (!entry) return;
    this.#unwritten.add(entry);
    // What the file calls waiting would be told as never begun if the process were killed now.
    if (entry.status === "pending") this.#flush();
    else this.#soon();
  }

  changed(invocation: Invocation, part: Part): void {
    const entry = this.#unwritten.entryOf(invocation);
    if (!entry || this.#closed) return;
    entry.changed.add(part);
    this.#unwritten.add(entry);
    this.#coalescing ??= this.#clock.after(coalesceMs, () => {
      this.#coalescing = undefined;
      this.#flush();
    });
  }

  ended(invocation: Invocation): void {
    const entry = this.#unwritten.entryOf(invocation);
    if (!entry) return;
    entry.listFrom(this.#now());
    this.#unwritten.add(entry);
    this.#recent.add(invocation);
    this.#soon();
  }

  acknowledged(invocation: Invocation): Promise<void> {
    return this.#unwritten.isSeenTo(invocation) ? Promise.resolve() : this.#group.promise;
  }

  async synced(invocation: Invocation): Promise<void> {
    await this.acknowledged(invocation);
    if (!this.#unwritten.isWritten(invocation)) throw this.#storageError();
    await this.#sync();
  }

  async find(id: string, reach: Reach): Promise<InvocationRecord | undefined> {
    const listedAt = reach === "listed" ? this.#now() : undefined;
    const invocation = this.#recent.get(id) ?? this.#unwritten.find(id);
    if (invocation) return this.#isListed(invocation, listedAt) ? invocation : undefined;
    return this.#store?.reader.find(id, listedAt);
  }

  async list(filter: InvocationFilter, reach: Reach): Promise<readonly InvocationRecord[]> {
    const listedAt = reach === "listed" ? this.#now() : undefined;
    const written = (await this.#store?.reader.list(filter, listedAt)) ?? [];
    const fresh = this.#unwritten.ends().filter((one) => matches(one, filter) && this.#isListed(one, listedAt));
    const ids = new Set<string>(fresh.map(({ id }) => id));
    return [...written.filter(({ id }) => !ids.has(id)), ...fresh].sort((a, b) => a.seq - b.seq);
  }

  async lastDelivery(thing: string): Promise<InvocationRecord | undefined> {
    const written = this.#store?.reader.lastDelivery(thing);
    const delivers = ({ delivery }: Invocation) => delivery.some((amount) => amount.thing === thing);
    const fresh = this.#unwritten.ends().findLast(delivers);
    const latest = fresh && fresh.seq > (written?.seq ?? 0) ? fresh : written;
    return latest && (this.#recent.get(latest.id) ?? latest);
  }

  async reconcile(id: string, thing: string, known: readonly DeliveryAmount[]): Promise<void> {
    const invocation = this.#recent.get(id) ?? this.#unwritten.find(id);
    if (invocation) reconcileLive(invocation, thing, known);
    else this.#try(() => this.#store?.reconcile(id, thing, known, this.#now()));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    await this.#durability.close(() => {
      this.#paused = false;
      this.#flush();
      this.#closed = true;
      for (const timer of [this.#coalescing, this.#pruning]) timer?.cancel();
      this.#outage.close();
      this.#store?.close();
      this.#store = undefined;
    });
  }

  /** Every setting that is kept, its value as JSON. */
  settings(): readonly StoredSetting[] {
    return this.#store?.settings() ?? [];
  }

  /** Resolves when it would be there after a power cut; rejects with `StorageError`. */
  async keepSetting(thing: string, property: string, value: string): Promise<void> {
    const setting = { thing, property, value };
    const key = `${thing}/${property}`;
    this.#settings.set(key, setting);
    this.#soon();
    await this.#group.promise;
    if (this.#settings.get(key) === setting) throw this.#storageError();
    await this.#sync();
  }

  /** What is known of a key; throws `StorageError` when that cannot be read. */
  key(id: string): KeptKey | undefined {
    const change = this.#keys.get(id);
    if (change)
      return "gone" in change ? undefined : { invocation: null, body: change.body, answer: change.answer ?? null };
    try {
      return this.#store?.keys.find(id);
    } catch (cause) {
      throw new StorageError("whether this key has been used cannot be read from the history", { cause });
    }
  }

  /** Resolves when a key, and what it stands for, would be there after a power cut; rejects with `StorageError`. */
  async keepKey(key: Key): Promise<void> {
    if (this.#closed) throw this.#storageError();
    const change = { ...key, at: Math.floor(this.#now()) };
    this.#keys.set(key.id, change);
    this.#soon();
    await this.#group.promise;
    if (this.#keys.get(key.id) === change) throw this.#storageError();
    await this.#sync();
  }

  /** The key may be used again, as nothing was done. */
  dropKey(id: string): void {
    const written = !this.#keys.delete(id);
    if (!written || this.#closed) return;
    this.#keys.set(id, { id, gone: true });
    this.#soon();
  }

  /** The wall clock as it was at the start, and what has passed since. */
  #now(): number {
    return this.#epoch + this.#clock.now();
  }

  #open(): void {
    const { file = ":memory:", log, connect } = this.#options;
    this.#store = Store.open({ file, connect, now: () => this.#now(), log });
    this.#durability.opened();
  }

  /** Once the turn is over, with all that others have to write by then. */
  #soon(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    const flush = () => {
      this.#scheduled = false;
      this.#flush();
    };
    // In memory there is nothing to be saved by waiting, and virtual time would pass meanwhile.
    if (this.#options.file === undefined) queueMicrotask(flush);
    else setImmediate(flush);
  }

  #flush(): void {
    if (this.#paused || this.#closed) return;
    this.#try(() => {
      if (!this.#store) this.#open();
      // Hundreds may wait by now: what cannot be written is not worked out anew each time that one more comes.
      else if (this.#outage.error) this.#store.tryOut();
      for (const entry of this.#unwritten) entry.listFrom(this.#now());
      this.#store?.write(this.#unwritten, this.#settings.values(), this.#keys.values());
      this.#unwritten.clear();
      this.#settings.clear();
      this.#keys.clear();
      this.#store?.prune(this.#bounds, pruneStep);
    });
    const group = this.#group;
    this.#group = new Moment();
    group.come();
    this.#durability.written();
  }

  /** What fails is tried again; nobody is kept waiting for it. */
  #try(write: () => void): void {
    try {
      write();
      this.#outage.succeeded();
    } catch (error) {
      this.#failed(error instanceof Error ? error : new StorageError(String(error)));
    }
  }

  #failed(error: Error): void {
    if (isDamage(error)) {
      this.#durability.abandon();
      this.#store?.close();
      this.#store = undefined;
    }
    this.#outage.failed(error);
    this.#unwritten.failed(error);
  }

  #resume(): void {
    this.#paused = false;
    if (this.#unwritten.size > 0 || this.#settings.size > 0 || this.#keys.size > 0) this.#soon();
  }

  #isListed(invocation: Invocation, at: number | undefined): boolean {
    const until = this.#unwritten.entryOf(invocation)?.listedUntil ?? Number.POSITIVE_INFINITY;
    return at === undefined || until > at;
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

  #pruneLater(ms: number): void {
    if (this.#closed) return;
    this.#pruning = this.#clock.after(ms, () => {
      let gone = 0;
      // By a clock that is wrong, or has just been set, all of it might be old.
      const before = Math.min(this.#now(), Date.now()) - this.#bounds.days * 24 * 60 * 60 * 1000;
      this.#try(() => {
        if (!this.#paused && this.#options.clockTrusted?.()) gone = this.#store?.pruneAged(before, pruneStep) ?? 0;
      });
      this.#pruneLater(gone === pruneStep ? coalesceMs : pruneMs);
    });
  }
}

import type { Clock, Timer } from "../clock.ts";
import { isFrequent } from "./audit-families.ts";
import { type AuditFilter, isWanted } from "./audit-filter.ts";
import type { Noted } from "./audit-table.ts";
import type { Backlog } from "./backlog.ts";
import type { Commits } from "./commits.ts";
import type { Store } from "./store.ts";

interface Options {
  readonly backlog: Backlog;
  readonly commits: Commits;
  /** The process clock. */
  readonly clock: Clock;
  /** The file; undefined while there is none. */
  store(): Store | undefined;
  sync(): Promise<void>;
  /** A number beyond any that was counted up to. */
  beyond(): number;
}

/** Nobody waits for it, so that it is synced so long after it was written; milliseconds. */
const syncMs = 1000;

/** What has only been the same once more is written this often; process time, milliseconds. */
const repeatMs = 1000;

/** The audit trail in the journal's file, and what of it is still to be written. */
export class KeptAudit {
  readonly #options: Options;
  /** What the file has, but not how often it was by now; by number. */
  readonly #repeated = new Map<number, Noted>();
  #repeating: Timer | undefined;
  #syncing: Timer | undefined;
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /**
   * It is there after a kill once the turn is over, how often it was within a second; after a power cut both are a second
   * later, unless it is frequent.
   */
  put(entry: Noted): void {
    if (this.#closed) return;
    const { backlog, commits, clock, sync } = this.#options;
    if (entry.times > 1 && !backlog.audit.has(entry.seq)) this.#repeat(entry);
    else {
      backlog.note(entry);
      commits.soon();
    }
    // With each action a disk would be worn out; what is synced later takes it along.
    if (isFrequent(entry.what)) return;
    this.#syncing ??= clock.after(syncMs, () => {
      this.#syncing = undefined;
      this.hurry();
      commits.soon();
      // What asks for a sync because it needs one tells when it fails.
      commits.next.then(sync).catch(() => {});
    });
  }

  /** Newest first. */
  page(filter: AuditFilter): readonly Noted[] {
    const { store, backlog } = this.#options;
    const written = store()?.audit.page(filter) ?? [];
    const fresh = [...backlog.audit.values(), ...this.#repeated.values()].filter((entry) => isWanted(entry, filter));
    const all = new Map([...written, ...fresh].map((entry) => [entry.seq, entry]));
    return [...all.values()].sort((a, b) => b.seq - a.seq).slice(0, filter.limit);
  }

  /** The number of the latest, or one beyond any there may be. */
  last(): number {
    const store = this.#options.store();
    return store ? (store.audit.page({ limit: 1 })[0]?.seq ?? 0) : this.#options.beyond();
  }

  /** What was noted last of these kinds, and whether the machine has been started again since the file was opened last. */
  before(kinds: readonly string[]): { readonly last: Noted | undefined; readonly rebooted: boolean } {
    const store = this.#options.store();
    return { last: store?.audit.last(kinds), rebooted: store?.rebooted ?? false };
  }

  /** What waits is to be written with the next commit. */
  hurry(): void {
    this.#repeating?.cancel();
    this.#repeating = undefined;
    for (const entry of this.#repeated.values()) this.#options.backlog.note(entry);
    this.#repeated.clear();
  }

  close(): void {
    this.#closed = true;
    this.#syncing?.cancel();
    this.#repeating?.cancel();
  }

  /** A row that is rewritten with each action would be most of what is written. */
  #repeat(entry: Noted): void {
    const { commits, clock } = this.#options;
    this.#repeated.set(entry.seq, entry);
    this.#repeating ??= clock.after(repeatMs, () => {
      this.hurry();
      commits.soon();
    });
  }
}

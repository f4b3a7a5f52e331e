import type { LogLevel } from "../context.ts";
import { StorageError } from "../errors.ts";
import type { Invocation } from "../invocation/invocation.ts";
import { type InvocationFilter, matches } from "../invocation/journal.ts";
import type { InvocationRecord } from "../invocation/record.ts";
import type { LogFields } from "../log-fields.ts";
import type { Backlog } from "./backlog.ts";
import type { Recent } from "./recent.ts";
import type { Store } from "./store.ts";

interface Places {
  readonly recent: Recent;
  readonly backlog: Backlog;
  /** The file; undefined while there is none. */
  store(): Store | undefined;
  log(level: LogLevel, message: string, fields?: LogFields): void;
}

/** Finds those that have ended, wherever they are; with `listedAt` only those that are listed then. */
export class Lookup {
  readonly #places: Places;

  constructor(places: Places) {
    this.#places = places;
  }

  /** As this process has it. */
  here(id: string): Invocation | undefined {
    const { recent, backlog } = this.#places;
    return recent.get(id) ?? backlog.invocations.find(id);
  }

  /** Throws `StorageError` when it cannot be read. */
  find(id: string, listedAt: number | undefined): InvocationRecord | undefined {
    const invocation = this.here(id);
    if (invocation) return this.#isListed(invocation, listedAt) ? invocation : undefined;
    try {
      return this.#places.store()?.reader.find(id, listedAt);
    } catch (cause) {
      throw unreadable(cause);
    }
  }

  /** Throws `StorageError` when they cannot be read. */
  async list(filter: InvocationFilter, listedAt: number | undefined): Promise<readonly InvocationRecord[]> {
    const { store, backlog, recent } = this.#places;
    const earlier = new Set(recent.all());
    const unwritten = backlog.invocations.ends();
    const reading = store()?.reader.list(filter, listedAt);
    const written =
      (await reading?.catch((cause: unknown) => {
        throw unreadable(cause);
      })) ?? [];
    // Others have had their turn meanwhile: what has ended since may be written where it had been read already.
    const since = recent.all().filter((one) => !earlier.has(one));
    const fresh = [...unwritten, ...since, ...backlog.invocations.ends()].filter(
      (one) => matches(one, filter) && this.#isListed(one, listedAt),
    );
    const all = new Map<string, InvocationRecord>([...written, ...fresh].map((one) => [one.id, one]));
    return [...all.values()].sort((a, b) => a.seq - b.seq);
  }

  /** As this process has them. */
  get latest(): readonly Invocation[] {
    const { recent, backlog } = this.#places;
    return [...new Set([...recent.all(), ...backlog.invocations.ends()])];
  }

  /** What cannot be read there is told, and taken for nothing: no device stays closed for it. */
  lastDelivery(thing: string): InvocationRecord | undefined {
    const { backlog, recent } = this.#places;
    const written = this.#lastWritten(thing);
    const delivers = ({ delivery }: Invocation) => delivery.some((amount) => amount.thing === thing);
    const fresh = backlog.invocations.ends().findLast(delivers);
    const latest = fresh && fresh.seq > (written?.seq ?? 0) ? fresh : written;
    return latest && (recent.get(latest.id) ?? latest);
  }

  #lastWritten(thing: string): InvocationRecord | undefined {
    const { store, log } = this.#places;
    try {
      return store()?.reader.lastDelivery(thing);
    } catch (error) {
      log("error", `what ${thing} has delivered last cannot be read from the history: ${error}`, { thing });
      return undefined;
    }
  }

  #isListed(invocation: Invocation, at: number | undefined): boolean {
    const until = this.#places.backlog.invocations.entryOf(invocation)?.listedUntil ?? Number.POSITIVE_INFINITY;
    return at === undefined || until > at;
  }
}

const unreadable = (cause: unknown) =>
  new StorageError(`the history cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause });

import type { Invocation } from "./invocation.ts";
import type { DeliveryAmount } from "./ledger.ts";
import type { LogEntry } from "./log.ts";
import type { InvocationRecord } from "./record.ts";
import type { InvocationStatus } from "./state.ts";

export interface InvocationFilter {
  readonly thing?: string | undefined;
  /** Only those of these Things. */
  readonly things?: ReadonlySet<string> | undefined;
  readonly action?: string | undefined;
  readonly status?: InvocationStatus | undefined;
  readonly requestedBy?: string | undefined;
  /** Requested at this time or later; wall clock, milliseconds. */
  readonly since?: number | undefined;
  /** Requested before this time. */
  readonly until?: number | undefined;
  /** Only those that had not ended by this time. */
  readonly endedSince?: number | undefined;
  /** Only those with a smaller `seq`. */
  readonly before?: number | undefined;
  /** At most this many, the newest. */
  readonly limit?: number | undefined;
}

/** What an earlier process was asked for, had not begun, and may be queued again. */
export interface Waiting {
  readonly id: string;
  readonly seq: number;
  readonly thing: string;
  readonly action: string;
  readonly input: unknown;
  readonly requestedBy: string;
  readonly requestedFrom: string | undefined;
  readonly requestedAt: number;
  readonly clockTrusted: boolean;
  readonly retentionMs: number;
  /** So long after it was asked for it may begin; milliseconds. */
  readonly restartWithinMs: number;
  /** So long ago it was asked for; milliseconds. */
  readonly waitedMs: number;
  readonly log: readonly LogEntry[];
  /** What it takes in the file, about. */
  readonly bytes: number;
}

/** `listed`: those whose retention time has not passed; `history`: all that are kept. */
export type Reach = "listed" | "history";

/** The parts of an invocation that change while it runs, and may still change a little afterwards. */
export type Part = "progress" | "delivery" | "log" | "steps" | "positions" | "excerpts";

/**
 * What remembers invocations: told of each from its request to its end. Telling it never fails and never waits; who needs
 * to know that it has been written down asks for that.
 */
export interface Journal {
  /** The number of the next invocation: larger than any before, also over restarts. */
  nextSeq(): number;
  /** Throws `StorageError` while it cannot write and new work is therefore refused. */
  assertTakes(): void;
  /** `isHeld`: something else is about to be written with it, which it has to wait for. */
  requested(invocation: Invocation, isHeld?: boolean): void;
  started(invocation: Invocation): void;
  /**
   * Undefined when nobody can take what has just started for waiting after a kill, now or later. Else it must not begin
   * before this resolves; rejects with `StorageError`.
   */
  begun(invocation: Invocation): Promise<void> | undefined;
  /** Whether one that waits would be queued again if the process ended now. */
  outlives(invocation: Invocation): boolean;
  /** Written down within about a second. */
  changed(invocation: Invocation, part: Part): void;
  ended(invocation: Invocation): void;
  /**
   * Resolves when what it has been told of the invocation would be there after the process was killed; also when that
   * has failed, which the invocation's log then tells.
   */
  acknowledged(invocation: Invocation): Promise<void>;
  /** Resolves when it would be there after a power cut; rejects with `StorageError`. */
  synced(invocation: Invocation): Promise<void>;
  find(id: string, reach: Reach): Promise<InvocationRecord | undefined>;
  /** Those that have ended, in the order they were requested. */
  list(filter: InvocationFilter, reach: Reach): Promise<readonly InvocationRecord[]>;
  /** Those of this process that ended last, with what no record tells of them. */
  readonly latest: readonly Invocation[];
  /** The latest that has ended and has delivered something with this Thing. */
  lastDelivery(thing: string): Promise<InvocationRecord | undefined>;
  /** The device's own counter has told what the last call on it has delivered. */
  reconcile(id: string, thing: string, known: readonly DeliveryAmount[]): Promise<void>;
  /** Writes down what it still has to, as far as that is possible within some seconds. */
  close(): Promise<void>;
}

export function matches(one: InvocationRecord, filter: InvocationFilter): boolean {
  const { thing, things, action, status, requestedBy, since, until, endedSince, before } = filter;
  return (
    (thing === undefined || one.thing === thing) &&
    (things === undefined || things.has(one.thing)) &&
    (action === undefined || one.action === action) &&
    (status === undefined || one.status === status) &&
    (requestedBy === undefined || one.requestedBy === requestedBy) &&
    (since === undefined || one.requestedAt >= since) &&
    (until === undefined || one.requestedAt < until) &&
    (endedSince === undefined || (one.endedAt ?? endedSince) >= endedSince) &&
    (before === undefined || one.seq < before)
  );
}

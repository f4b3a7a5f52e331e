import type { UsedCalibration } from "../calibration.ts";
import type { CancelReason } from "../errors.ts";
import type { Excerpt } from "../transcript.ts";
import type { DeliveryTotal } from "./ledger.ts";
import type { LogEntry } from "./log.ts";
import type { InvocationStatus } from "./state.ts";

/** What a Thing was when it was used: enough to tell later what has produced a result. */
export interface Provenance {
  readonly thing: string;
  /** The driver's name or path. */
  readonly driver: string;
  /** Of benchd, whose drivers come with it. */
  readonly benchd: string;
  /** A hash of what the configuration says of the Thing. */
  readonly configuration: string;
  readonly model?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly firmware?: string | undefined;
  /** The calibration it had; none, where there was none. */
  readonly calibration?: UsedCalibration | undefined;
}

/** The log of an invocation, as far as it is kept. */
export interface LogRecord {
  /** How many older entries had to go. */
  readonly dropped: number;
  /** Oldest first, from number `since` on. */
  entries(since?: number): readonly LogEntry[];
}

/** A call that an invocation made on a Thing. Times are wall clock, in milliseconds. */
export interface StepRecord {
  readonly thing: string;
  readonly action: string;
  readonly requestedAt: number;
  readonly status: InvocationStatus;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** 0 to 100, or null when its handler reports none. */
  readonly progress: number | null;
  readonly error: string | undefined;
}

/** Where an invocation is that goes through something written down. */
export interface Position {
  /** The step of a procedure: `steps[3].repeat[0]`. */
  readonly path: string;
  /** In the text; both count from 1. */
  readonly line: number;
  readonly column: number;
  /** What the step does, in a line. */
  readonly text: string;
  /** The round of the innermost repetition that it is in, from 1 on, and how many there are at most. */
  readonly round?: { readonly n: number; readonly of: number } | undefined;
}

/**
 * One run of an action, from request to its one end: what anyone may know of it, while it runs and when the journal
 * alone remembers it. Times are wall clock, in milliseconds since 1970; durations are monotonic.
 */
export interface InvocationRecord {
  readonly id: string;
  /** Orders invocations whatever the wall clock does, also over restarts. */
  readonly seq: number;
  readonly thing: string;
  readonly action: string;
  readonly input: unknown;
  readonly requestedBy: string;
  /** The address it was requested from; undefined when nobody knows, or it was no client. */
  readonly requestedFrom: string | undefined;
  /** How long it is listed after its end; milliseconds. The history keeps it longer. */
  readonly retentionMs: number;
  readonly requestedAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** Whether the wall clock was known to be right when it was requested. */
  readonly clockTrusted: boolean;
  /** From request to start, and from start to end; milliseconds of the monotonic clock. */
  readonly waitedMs: number | undefined;
  readonly ranMs: number | undefined;
  readonly status: InvocationStatus;
  readonly output: unknown;
  readonly error: Error | undefined;
  readonly reason: CancelReason | undefined;
  /** It had to be cut off: its handler did not end within the grace. */
  readonly forced: boolean;
  /** `"unknown"` when nobody can know what the device has done. */
  readonly outcome: "unknown" | undefined;
  /** 0 to 100, or null when the handler reports none. */
  readonly progress: number | null;
  readonly delivery: readonly DeliveryTotal[];
  /** What the last call on each Thing has delivered, unless the device's own counter has been asked since. */
  readonly lastCalls: readonly DeliveryTotal[];
  /** The latest 200. */
  readonly steps: readonly StepRecord[];
  /** Where it is, or was last; several where it does several things at a time, none for most. */
  readonly positions: readonly Position[];
  /** What went over the wires while its exchanges failed: the latest 20, at most some 64 KiB. */
  readonly excerpts: readonly Excerpt[];
  readonly log: LogRecord;
  /** Of every Thing whose lane it has held, its own first; again of one that was calibrated in between. */
  readonly provenance: readonly Provenance[];
  /** What was too large to be kept: the value is missing. */
  readonly omitted: readonly ("input" | "output")[];
  /** How many wait before it (0: it is next), or null once it runs. */
  readonly queuePosition: number | null;
  /** What it waits for, in words. */
  readonly waitingFor: string | null;
  /** Resolves when it has ended and the journal has it. */
  readonly ended: Promise<void>;
}

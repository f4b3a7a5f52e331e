import type { TSchema } from "../typebox.ts";

/** What every affordance tells about itself. */
interface Described {
  readonly title: string;
  readonly description?: string;
}

/** A value of the Thing that can be read and perhaps written. */
export interface PropertyAffordance extends Described {
  /** Units go here, in UCUM: `Type.Number({ unit: "mL" })`. */
  readonly schema: TSchema;
  readonly readOnly?: boolean;
  readonly observable?: boolean;
  /** A setting: kept over restarts and written to the device when it is opened. */
  readonly persist?: boolean;
  /** The output this property drives, if it drives one; such a property cannot be `persist`. */
  readonly drives?: string;
  /** Reads within this time share one value; milliseconds, 100 unless told. */
  readonly maxAgeMs?: number;
  /** Read it this often and tell observers of changes; milliseconds, not at all unless told. */
  readonly pollMs?: number;
  /** While somebody observes it: read it this often, unless its driver tells of it; milliseconds, 1000 unless told. */
  readonly observeMs?: number;
  /** May be written while an action runs. */
  readonly concurrent?: boolean;
}

/** Something the Thing can do. Each request for it becomes an invocation. */
export interface ActionAffordance extends Described {
  /** Closed (no unknown fields) unless it says `additionalProperties`; defaults are applied. */
  readonly input?: TSchema;
  readonly output?: TSchema;
  /** Runs at once beside the lane, also while stopped by an emergency; equal calls share one run. */
  readonly urgent?: boolean;
  /** `false`: touches no hardware, so it need not wait its turn. */
  readonly lane?: false;
  /** `queue` (default) waits its turn, `reject` answers 409, `replace` ends a running or waiting call of this action. */
  readonly whenBusy?: "queue" | "reject" | "replace";
  /** Slots whose Things this action holds, all at once, from start to end. */
  readonly reserves?: readonly string[];
  /** The run is too long after this many milliseconds; no limit unless told. */
  readonly timeoutMs?: number;
  /** Time to clean up after a cancel, in milliseconds, before the work is cut off; 5000 unless told. */
  readonly cancelGraceMs?: number;
  /** How long an HTTP request waits for quick actions before it answers; milliseconds, 100 unless told. */
  readonly responseTimeoutMs?: number;
  /** How long an ended invocation is listed; milliseconds, 5 minutes unless told. */
  readonly retentionMs?: number;
  /** A call that has not started within this time is dropped; milliseconds, no limit unless told. */
  readonly startWithinMs?: number;
  /**
   * A call that waits while benchd is started again waits on, and may begin up to so long after it was asked for; unless
   * told it is cancelled. For what is right whatever has become of the work before it. Milliseconds.
   */
  readonly restartWithinMs?: number;
  /**
   * Over within a moment: in the Web of Things view a request for it is answered by its output, rather than by a status to
   * be asked for again. Needs a `timeoutMs` of at most 30 s.
   */
  readonly synchronous?: boolean;
  /**
   * Where outputs are while it asks somebody at the bench; at their safe values unless told. By their names, or as
   * `slot.output` for what it reserves; `keep` leaves one as it is.
   */
  readonly idle?: Table<boolean | number | "keep">;
  /** Changes nothing, in the sense of W3C WoT; passes while the emergency stop is latched. */
  readonly safe?: boolean;
  readonly idempotent?: boolean;
  /** It calibrates this Thing, so it is not refused for want of a calibration. */
  readonly calibrates?: boolean;
}

/** Something that happens to the Thing and that observers are told of. */
export interface EventAffordance extends Described {
  readonly data: TSchema;
}

/** Frames that come by themselves, for as long as somebody watches: pictures of a camera. */
export interface StreamAffordance extends Described {
  /** The media type of a frame, such as `image/jpeg`. */
  readonly contentType: string;
}

/** What becomes of an output on an occasion: it goes to its safe value, or stays as it is. */
export type OutputPolicy = "safe" | "hold";

/** The safe-state contract of something the Thing drives: a heater, a valve, a motor. What it leaves out is `safe`. */
export interface OutputContract {
  readonly safe: boolean | number;
  /** What an emergency stop sets instead of `safe`; `keep` leaves it as it is (a brake, a vacuum). */
  readonly emergency?: boolean | number | "keep";
  /** When it is opened; `hold` leaves it as the occasion before left it. `hold` unless told where `onStop` says so. */
  readonly onStart?: OutputPolicy;
  /** When benchd is stopped as planned. */
  readonly onStop?: OutputPolicy;
  /** When benchd has crashed or was killed: what `benchd safe` does. */
  readonly onCrash?: OutputPolicy;
  /** When the link to the device is lost. Unless told `hold` where nobody could do anything else: see `docs/safety.md`. */
  readonly onDisconnect?: OutputPolicy;
  /** When the lease of whoever uses it has run out. */
  readonly onLeaseLoss?: OutputPolicy;
  /** Whoever has set it: after so long away from its safe value it goes there by itself; milliseconds, no limit unless told. */
  readonly maxOnMs?: number;
  /** Away from its safe value it has to be set again within this time, or goes there by itself; milliseconds. */
  readonly renewEveryMs?: number;
  /** Where several are made safe at the same time, lower numbers go first; 0 unless told. */
  readonly order?: number;
  /** It is made safe so long after the others; milliseconds, 0 unless told. */
  readonly afterMs?: number;
  /** The configuration's: `thing.output` of another Thing, made safe where this one cannot be. */
  readonly cutBy?: string;
}

export type Table<Entry> = Readonly<Record<string, Entry>>;

import type { InvocationStatus, LogLevel } from "./invocation.ts";

// What `GET /events` tells, as `docs/events.md` has it. It stands here once more, and not by reference to the gateway's own
// types: those need Node's. A test holds the two to each other.

/** Which invocation something happened in. */
interface OfInvocation {
  readonly thing: string;
  readonly action: string;
  readonly id: string;
}

/** A property has another value, or was written. */
export interface PropertyEvent {
  readonly kind: "property";
  readonly thing: string;
  readonly name: string;
  readonly value: unknown;
  /** It was too large, so that `value` is null: read it. */
  readonly omitted?: true;
}

/** A driver tells of an event of its Thing. */
export interface ThingEvent {
  readonly kind: "event";
  readonly thing: string;
  readonly name: string;
  readonly data: unknown;
  /** It was too large, so that `data` is null. */
  readonly omitted?: true;
}

/** A Thing is in another state; `reason` says why it is not ready. */
export interface ThingStateEvent {
  readonly kind: "thingState";
  readonly thing: string;
  readonly state: string;
  readonly reason: string | null;
}

/** An invocation has another status: "pending" first, then as it goes. */
export interface InvocationEvent extends OfInvocation {
  readonly kind: "invocation";
  readonly seq: number;
  readonly status: InvocationStatus;
  readonly requestedBy: string;
  /** 0 to 100, or null when its handler reports none. */
  readonly progress: number | null;
  /** Why it was cancelled. */
  readonly reason: string | null;
  /** `"unknown"` when nobody can know what the device has done. */
  readonly outcome: "unknown" | null;
  readonly forced: boolean;
  /** Unless it has completed. */
  readonly error: { readonly code: string | null; readonly message: string } | null;
}

/** How far an invocation has come; 0 to 100, or null when that is no fraction. */
export interface ProgressEvent extends OfInvocation {
  readonly kind: "progress";
  readonly progress: number | null;
}

/** A call that an invocation makes on a Thing, as it is now. */
export interface ToldStep {
  /** Counts up within the invocation. */
  readonly n: number;
  readonly thing: string;
  readonly action: string;
  readonly status: InvocationStatus;
  readonly progress: number | null;
  readonly error: string | null;
}

/** Those of its steps that are new, or are not as they were told last. */
export interface StepsEvent extends OfInvocation {
  readonly kind: "steps";
  readonly steps: readonly ToldStep[];
}

/** A line of its log, without where an error arose. */
export interface ToldLine {
  /** Counts up within the invocation. */
  readonly seq: number;
  /** RFC 3339. */
  readonly at: string;
  readonly level: LogLevel;
  /** The Thing that speaks. */
  readonly thing: string;
  readonly message: string;
}

/** Lines that its log has got, oldest first. */
export interface LogEvent extends OfInvocation {
  readonly kind: "log";
  readonly lines: readonly ToldLine[];
  /** How many came before these and are left out: the log of the invocation may still have them. */
  readonly dropped: number;
}

/** An amount that an invocation has delivered on a Thing. */
export interface Delivery {
  readonly thing: string;
  /** In UCUM. */
  readonly unit: string;
  readonly requested: number;
  readonly confirmed: number;
  readonly uncertain: number;
}

/** What it has delivered so far; also after its end, when the device's own counter was asked. */
export interface DeliveryEvent extends OfInvocation {
  readonly kind: "delivery";
  readonly delivery: readonly Delivery[];
}

/** The emergency stop is latched, or cleared. */
export interface EmergencyStopEvent {
  readonly kind: "emergencyStop";
  readonly stopped: boolean;
  readonly by: string;
}

/** An interlock has tripped, was reset, or finds what it watches in another condition. */
export interface InterlockEvent {
  readonly kind: "interlock";
  readonly name: string;
  /** Those whose outputs it names. */
  readonly things: readonly string[];
  readonly tripped: boolean;
  readonly condition: "met" | "violated" | "unknown";
  /** Why nothing may be begun on these outputs; null when it may. */
  readonly reason: string | null;
}

/** Somebody has Things for himself, or has them no longer. */
export interface LeaseEvent {
  readonly kind: "lease";
  readonly what: "taken" | "renewed" | "released" | "expired" | "broken";
  readonly leaseNumber: number;
  readonly things: readonly string[];
  readonly holder: string;
  readonly note: string;
  /** RFC 3339; null once it is over. */
  readonly until: string | null;
}

/** An invocation asks whoever stands at the bench, and how that has ended. */
export interface PromptEvent extends OfInvocation {
  readonly kind: "prompt";
  /** Its id. */
  readonly prompt: string;
  /** The Thing whose action asks: its own, or that of a step. */
  readonly asker: string;
  readonly state: "open" | "answered" | "expired" | "withdrawn";
  /** Whoever may use all of these may answer. */
  readonly things: readonly string[];
  /** Of the run that asks; null for all else. */
  readonly title: string | null;
  readonly message: string;
  readonly answeredBy: string | null;
}

/** Where a run is in its procedure. */
export interface Position {
  /** The step: `steps[3].repeat[0]`. */
  readonly path: string;
  /** In the text; both count from 1. */
  readonly line: number;
  readonly column: number;
  /** What the step does, in a line. */
  readonly text: string;
  /** The round of the innermost repetition that it is in, from 1 on, and how many there are at most. */
  readonly round?: { readonly n: number; readonly of: number } | undefined;
}

/** A run is elsewhere in its procedure, or is paused, resumed or over. */
export interface RunEvent {
  readonly kind: "run";
  /** Of its invocation. */
  readonly id: string;
  readonly title: string;
  readonly state: "pending" | "running" | "pausing" | "paused" | "completed" | "cancelled" | "error";
  /** Those that its procedure names: whoever may read all of these is told. */
  readonly things: readonly string[];
  /** Several where it does several things at a time. */
  readonly positions: readonly Position[];
}

/** A Thing was calibrated, or its calibration has expired; how it stands now. */
export interface CalibrationEvent {
  readonly kind: "calibration";
  readonly thing: string;
  readonly validity: "none" | "valid" | "expired" | "invalid" | "unknown";
  /** Why it is not to be relied upon without a second look; null when it is. */
  readonly reason: string | null;
  /** Of the one that counts; null when there is none. */
  readonly id: string | null;
  readonly by: string | null;
  /** RFC 3339. */
  readonly calibratedAt: string | null;
  readonly expires: string | null;
}

/** A schedule has begun something, has left its time out, or was paused or resumed. */
export interface ScheduleEvent {
  readonly kind: "schedule";
  readonly name: string;
  /** Those that it is about. */
  readonly things: readonly string[];
  readonly what: "started" | "skipped" | "paused" | "resumed";
  /** The id of what it has begun. */
  readonly invocation: string | null;
  /** Why it has left its time out, or who has paused or resumed it. */
  readonly reason: string | null;
}

/** An alarm is raised, once more or for the first time, or is over. */
export interface AlarmEvent {
  readonly kind: "alarm";
  readonly name: string;
  /** Those that it watches. */
  readonly things: readonly string[];
  readonly raised: boolean;
  /** Why it is raised, or what it is over by. */
  readonly reason: string | null;
}

/** A recording has begun, or has ended. */
export interface RecordingEvent {
  readonly kind: "recording";
  /** Its id. */
  readonly id: string;
  readonly name: string;
  /** Those that are recorded: whoever may read all of these is told. */
  readonly things: readonly string[];
  /** `recording` when it has begun, or how it has ended. */
  readonly state: "recording" | "stopped" | "finished" | "full" | "interrupted";
  /** The id of the run that it belongs to. */
  readonly run: string | null;
  /** The name that it has in the configuration, where that has begun it. */
  readonly configured: string | null;
  /** Why it has ended; null when it has begun. */
  readonly reason: string | null;
}

/** The configuration was read again, and Things have come, gone, or been opened anew; all lists are empty when only something else has changed. */
export interface ConfigurationEvent {
  readonly kind: "configuration";
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

type Told =
  | PropertyEvent
  | ThingEvent
  | ThingStateEvent
  | InvocationEvent
  | ProgressEvent
  | StepsEvent
  | LogEvent
  | DeliveryEvent
  | EmergencyStopEvent
  | InterlockEvent
  | LeaseEvent
  | PromptEvent
  | RunEvent
  | CalibrationEvent
  | ScheduleEvent
  | AlarmEvent
  | RecordingEvent
  | ConfigurationEvent;

/** The kinds of events: `property`, `invocation`, `log` … Each has its row in the page on events. */
export type EventKind = Told["kind"];

type Numbered<Event> = Event extends unknown
  ? Event & {
      /** Counts up, in each run of the gateway from 1 on. */
      readonly number: number;
      /** RFC 3339, by the gateway's wall clock. */
      readonly at: string;
    }
  : never;

/** Events are missing: what is watched has to be read anew, then what follows holds. */
export interface GapEvent {
  readonly kind: "gap";
  readonly why: "restart" | "too_old" | "slow" | "unknown_id";
  /** How many of all kinds at most; null when nobody knows. */
  readonly missed: number | null;
  readonly detail: string;
}

/** What happens on the bench, by its `kind`. A gateway that is newer may tell of further kinds: leave them out. */
export type BenchEvent = Numbered<Told> | GapEvent;

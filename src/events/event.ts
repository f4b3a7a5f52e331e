import type { AlarmEvent, CalibrationEvent, RecordingEvent, RunEvent, ScheduleEvent } from "./of-experiment.ts";
import type {
  DeliveryEvent,
  InvocationEvent,
  LogEvent,
  ProgressEvent,
  PromptEvent,
  StepsEvent,
} from "./of-invocation.ts";

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

/** The configuration was read again, and Things have come, gone, or been opened anew; all lists are empty when only something else has changed. */
export interface ConfigurationEvent {
  readonly kind: "configuration";
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** Something that has happened on the bench. `kind` is its type on the wire. */
export type BenchEvent =
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

export type EventKind = BenchEvent["kind"];

/** Every kind there is. */
export const eventKinds = [
  "property",
  "event",
  "thingState",
  "invocation",
  "progress",
  "steps",
  "log",
  "delivery",
  "emergencyStop",
  "interlock",
  "lease",
  "prompt",
  "run",
  "calibration",
  "schedule",
  "alarm",
  "recording",
  "configuration",
] as const satisfies readonly EventKind[];

/** An event with its place among all others. */
export interface NumberedEvent {
  /** From 1 on, without a gap, anew in each run of the process. */
  readonly number: number;
  /** Wall clock, milliseconds since 1970. */
  readonly at: number;
  readonly event: BenchEvent;
  /** All of it as JSON, for the wire. */
  readonly json: string;
}

/** Whether an event has to do with a Thing; what stops the bench has to do with each. */
export function concerns(event: BenchEvent, thing: string): boolean {
  if (event.kind === "emergencyStop") return true;
  if (event.kind === "configuration") return thingsIn(event).includes(thing);
  if ("things" in event) return event.things.includes(thing);
  return event.thing === thing || (event.kind === "steps" && event.steps.some((step) => step.thing === thing));
}

/** All that a reload has touched. */
const thingsIn = ({ added, removed, changed }: ConfigurationEvent): readonly string[] => [
  ...added,
  ...removed,
  ...changed,
];

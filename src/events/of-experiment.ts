import type { CalibrationValidity } from "../calibration.ts";
import type { Position } from "../invocation/record.ts";

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
  readonly validity: CalibrationValidity;
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

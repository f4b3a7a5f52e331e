import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import type { Coalescer } from "../events/coalescer.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Scheduler } from "../invocation/scheduler.ts";
import type { Audit } from "../journal/audit.ts";
import type { RecordingBounds } from "../journal/recordings/bounds.ts";
import type { StateFolder } from "../journal/state-folder.ts";
import type { LogFields } from "../log-fields.ts";
import type { Thing } from "../thing/thing.ts";
import type { AlarmConfig } from "./alarm/alarm-config.ts";
import type { Calibrations } from "./calibration/calibrations.ts";
import type { NotifierConfig } from "./notify/notifier-config.ts";
import type { Environment } from "./notify/secret.ts";
import type { OpenPrompts } from "./prompts/open-prompts.ts";
import type { RecordingConfig } from "./recordings/recording-config.ts";
import type { ScheduleConfig } from "./schedule/schedule-config.ts";

/** What experiments stand on: the Things of a bench, and what holds for all of them. */
export interface Ground {
  readonly things: ReadonlyMap<string, Thing>;
  readonly scheduler: Scheduler;
  /** The bench clock: what happens to instruments goes by it. */
  readonly clock: Clock;
  /** The process clock, for what is promised to people and to the disk. */
  readonly processClock: Clock;
  /** Whether the wall clock is known to be right. */
  clockTrusted(): boolean;
  readonly audit: Audit;
  readonly calibrations: Calibrations;
  readonly events: Pick<Coalescer, "tell" | "changed">;
  /** Be told of each event of the bench; returns how to stop that. */
  readonly listen: EventLog["listen"];
  /** What actions ask of people. */
  readonly prompts: OpenPrompts;
  /** What outlives the process. */
  readonly state: StateFolder;
  /** A UUID that tells this bench from every other. */
  readonly installation: string;
  /** Every device is a simulated twin. */
  readonly simulated: boolean;
  /** How many recordings are kept; the usual amount unless told. */
  readonly recordingBounds?: Partial<RecordingBounds> | undefined;
  /** What the configuration wants to be recorded. */
  readonly recordings: readonly RecordingConfig[];
  /** What the configuration wants to begin by itself, what people are to be told of, and how. */
  readonly schedules: readonly ScheduleConfig[];
  readonly alarms: readonly AlarmConfig[];
  readonly notifiers: readonly NotifierConfig[];
  /** Where secrets may be. */
  readonly environment: Environment;
  /** For how long the machine has been suspended since some moment; milliseconds. No other clock goes on meanwhile. */
  suspendedMs(): number;
  /** The wall clock: milliseconds since 1970. */
  wallClock(): number;
  /** Of benchd. */
  readonly version: string;
  log(level: LogLevel, message: string, fields?: LogFields): void;
}

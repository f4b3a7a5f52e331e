import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import type { Coalescer } from "../events/coalescer.ts";
import type { Scheduler } from "../invocation/scheduler.ts";
import type { Audit } from "../journal/audit.ts";
import type { RecordingBounds } from "../journal/recordings/bounds.ts";
import type { StateFolder } from "../journal/state-folder.ts";
import type { Thing } from "../thing/thing.ts";
import type { Calibrations } from "./calibration/calibrations.ts";
import type { OpenPrompts } from "./prompts/open-prompts.ts";

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
  /** Of benchd. */
  readonly version: string;
  log(level: LogLevel, message: string): void;
}

import type { CalibrationState } from "../calibration.ts";
import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import type { Provenance } from "../invocation/record.ts";
import type { Scheduler } from "../invocation/scheduler.ts";
import type { LogFields } from "../log-fields.ts";
import type { HeldLines } from "../transport/gpio.ts";
import type { AnyThing, TripEmergencyStop } from "./define.ts";
import type { HandedOn } from "./held-outputs.ts";
import type { SettingsStore } from "./settings.ts";
import type { Thing } from "./thing.ts";
import type { Wiring } from "./wiring.ts";

/** What a Thing is made of, and whom it tells. */
export interface ThingOptions {
  readonly name: string;
  /** Instead of the definition's. */
  readonly title?: string | undefined;
  /** By whom, and how. */
  readonly made?: Pick<Provenance, "driver" | "benchd" | "configuration">;
  readonly definition: AnyThing;
  /** Checked, with defaults. */
  readonly config: unknown;
  /** The Things in its slots. */
  readonly uses: Readonly<Record<string, Thing>>;
  readonly wiring: Wiring;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly settings: SettingsStore;
  readonly laneLimit?: number | undefined;
  /** What the stop before has handed on. */
  readonly handedOn?: HandedOn | undefined;
  readonly heldLines?: HeldLines | undefined;
  /** Make an output of another Thing safe, which cuts one of this Thing's off. */
  cut?(output: string, why: string): void;
  /** How it stands with its calibration; it has none unless told. */
  calibration?(): CalibrationState;
  /** The emergency stop is latched; never, unless told. */
  stopped?(): boolean;
  /** Its driver wants everything to stop. */
  readonly emergencyStop: TripEmergencyStop;
  log(thing: string, level: LogLevel, message: string, fields?: LogFields): void;
}

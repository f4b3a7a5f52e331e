import type { Calibration } from "../calibration.ts";
import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import type { Environment } from "../experiment/notify/secret.ts";
import type { AnswerPrompt } from "../experiment/prompts/open-prompts.ts";
import type { Frame } from "../invocation/frame.ts";
import type { JournalOptions } from "../journal/journal-options.ts";
import type { LogFields } from "../log-fields.ts";
import type { HeldLines } from "../transport/gpio.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Config } from "./config/config.ts";
import type { DryRun, Forecast } from "./dry-run/forecast.ts";

export interface GatewayOptions {
  readonly config: Config;
  readonly catalogue: Catalogue;
  /** Read the configuration again, held against the drivers as they are now; absent where it is in no file. */
  reread?(catalogue: Catalogue): Promise<Config>;
  /** The bench clock. */
  readonly clock: Clock;
  /** The process clock: what is promised to clients runs by it. */
  readonly processClock?: Clock;
  /** Whether the wall clock is known to be right; not, unless told. */
  clockTrusted?(): boolean;
  /** Of benchd. */
  readonly version?: string;
  /** Every device is a simulated twin. */
  readonly mock: boolean;
  /** Open nothing, and say this to whoever asks why. */
  readonly safeMode?: string | undefined;
  /** `thing` is empty for what concerns the gateway. */
  log(thing: string, level: LogLevel, message: string, fields?: LogFields): void;
  /** Where lines go that stay driven over a planned stop; nowhere unless told. */
  readonly heldLines?: HeldLines;
  /** No people are asked: this answers what actions ask. For benches without anybody, such as a dry run's. */
  readonly answer?: AnswerPrompt | undefined;
  /** Those that count at its start, where none is kept: of the bench that it is to be like. */
  readonly calibrations?: readonly Calibration[] | undefined;
  /** For tests: how a dry run is done; in a thread of its own unless told. */
  readonly predict?: ((asked: DryRun) => Promise<Forecast>) | undefined;
  /** Where secrets may be that notifiers need; nowhere, unless told. */
  readonly environment?: Environment;
  /** For tests: the wall clock that schedules go by; this machine's unless told. */
  wallClock?(): number;
  /** For tests: for how long the machine has been suspended; as it tells itself unless told. */
  suspendedMs?(): number;
  /** Whatever ends this process, `benchd safe` is run after it. */
  readonly helper?: boolean;
  /** For tests: the machine's own time, milliseconds, where the process clock is none of this machine's. */
  uptime?(): number;
  /** For tests: how the database of the history is opened. */
  readonly connect?: JournalOptions["connect"];
  /** For tests: told of every ambient wait of every call. */
  readonly suspended?: ((frame: Frame) => void) | undefined;
}

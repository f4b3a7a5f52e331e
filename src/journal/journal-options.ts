import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import type { LogFields } from "../log-fields.ts";
import type { Database } from "./database.ts";
import type { HistoryBounds } from "./history-bounds.ts";

export interface JournalOptions {
  /** Where its file is; in memory unless told. */
  readonly file?: string | undefined;
  /** The process clock: retention is a promise to clients, not part of the simulation. */
  readonly clock?: Clock;
  readonly history?: Partial<HistoryBounds> | undefined;
  /** Whether the wall clock is known to be right; not, unless told. */
  readonly clockTrusted?: (() => boolean) | undefined;
  /**
   * Time that goes on from one process to the next, milliseconds; it counts only within one start of the machine. The
   * wall clock unless told.
   */
  readonly uptime?: (() => number) | undefined;
  /** For tests: how its database is opened. */
  readonly connect?: ((file: string) => Database) | undefined;
  log(level: LogLevel, message: string, fields?: LogFields): void;
}

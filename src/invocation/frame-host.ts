import type { Clock } from "../clock.ts";
import type { InvocationView, LogLevel } from "../context.ts";
import type { LogFields } from "../log-fields.ts";
import type { Blobs } from "./blobs.ts";
import type { Calibrating } from "./calibrating.ts";
import type { Frame } from "./frame.ts";
import type { Prompts } from "./prompts.ts";

/** What a frame needs from the scheduler. */
export interface FrameHost {
  readonly clock: Clock;
  readonly blobs: Blobs;
  readonly prompts: Prompts;
  readonly calibrations: Calibrating;
  detached(from: Frame, title: string, work: () => Promise<void>): InvocationView;
  acknowledged(root: Frame): void;
  failed(frame: Frame, error: unknown): void;
  /** Told of every ambient wait of every call. */
  suspended?: ((frame: Frame) => void) | undefined;
  log(thing: string, level: LogLevel, message: string, fields?: LogFields): void;
}

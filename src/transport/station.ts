import type { LogLevel } from "../context.ts";
import type { BenchdError } from "../errors.ts";
import type { Recorder } from "./recorder.ts";
import type { Recipe } from "./resynchronisation.ts";

/** A Thing on a wire, which it may share with others. */
export interface Station<M> {
  readonly name: string;
  readonly recipe: Recipe<M>;
  readonly recorder: Recorder;
  /** It repeats what it is sent. */
  readonly echo: boolean;
  log(level: LogLevel, message: string): void;
  /** The device has forgotten something that work relies on. */
  alarm(error: BenchdError): void;
  /** The device has gone. */
  lost(error: Error): void;
  /** Bytes came while it was spoken to, or nobody was. */
  decode(bytes: Uint8Array): void;
  /** Forget the beginning of a message. */
  forget(): void;
}

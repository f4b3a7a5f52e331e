import type { Calibration } from "../calibration.ts";
import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import type { BenchdError } from "../errors.ts";
import type { LogFields } from "../log-fields.ts";
import type { AnyThing, LastInvocation, Reconciled, TripEmergencyStop } from "./define.ts";
import type { Outputs } from "./outputs.ts";
import type { Safety } from "./safety.ts";
import type { Wiring } from "./wiring.ts";

export type ThingState = "opening" | "ready" | "disconnected" | "faulted" | "quarantined" | "closed";

/** What a Thing's life needs of the Thing, and whom it tells. */
export interface LifeOptions {
  readonly name: string;
  readonly definition: AnyThing;
  readonly config: unknown;
  readonly things: Readonly<Record<string, unknown>>;
  readonly wiring: Wiring;
  readonly clock: Clock;
  readonly outputs: Outputs;
  log(level: LogLevel, message: string, fields?: LogFields): void;
  emit(event: string, data: unknown): void;
  /** What its driver says a property is now; throws an `OutputError` unless it fits. */
  told(property: string, value: unknown): void;
  /** The latest that counts; there is none unless told. */
  calibration?(): Calibration | undefined;
  readonly emergencyStop: TripEmergencyStop;
  alarm(error: BenchdError): void;
  /** It takes no more work: nothing that waits for it can start. */
  refused(error: Error): void;
  /** It is gone, or closed: what runs on it has lost it as well. */
  left(error: Error): void;
  /** Which is made of its life; for what losing and leaving it does to outputs. */
  safety(): Pick<Safety, "unconfirmed" | "goDown" | "driverFailed" | "way">;
  changed(state: ThingState, reason: string | undefined): void;
  /** The settings to write to the device once it is open. */
  settings(): Readonly<Record<string, unknown>>;
  /** The latest invocation whose outcome nobody knows, and what is to be done with what the device says of it. */
  last(): Promise<LastInvocation | undefined>;
  reconciled(last: LastInvocation, known: readonly Reconciled[]): Promise<void>;
}

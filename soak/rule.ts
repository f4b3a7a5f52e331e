import type { LogLevel } from "../src/context.ts";
import type { Stand } from "./stand.ts";

/** What a client was answered. */
export interface Answer {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly body: string;
  /** Bench time; ms. */
  readonly sentAt: number;
}

/** What a rule is told while the soak goes on: each is optional, and called as it happens. */
export interface Watch {
  /** A port has been opened by the gateway. */
  opened?(thing: string): void;
  /** The gateway hands bytes to a port. */
  wrote?(thing: string, bytes: Uint8Array): void;
  /** The device has said something. */
  heard?(thing: string): void;
  /** The emergency stop was pressed: in the same tick, when the first bytes should have left. */
  tripped?(): void;
  answered?(answer: Answer): void;
  logged?(thing: string, level: LogLevel, message: string): void;
  /** After every step of the program. */
  checked?(): void | Promise<void>;
  /** Every fault has been ended, everything has been cancelled and reset, and two minutes have passed. */
  calmed?(): void | Promise<void>;
  /** The gateway has been closed in an orderly way. */
  closed?(): void;
}

/** One of the rules of what benchd must survive, and how it is watched. */
export interface Rule {
  /** R1 to R9. */
  readonly number: string;
  /** What has to hold, in a sentence. */
  readonly holds: string;
  /** `broken` tells how it does not hold. */
  watch(stand: Stand, broken: (how: string) => void): Watch;
}

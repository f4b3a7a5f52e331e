import type { Clock } from "../clock.ts";
import type { LinesSeen } from "../transport/memory-modem.ts";

/** What a device answers: the text of the reply, or nothing. */
export type Answer = (...groups: string[]) => string | undefined;

/** A sentence of the manual's grammar and what the device does on it; the pattern must match the whole command. */
export type Rule = readonly [pattern: RegExp, answer: Answer];

/** The first command in what has come, and what follows it; undefined while it has not come to its end. */
export type Split = (input: string) => { readonly command: string; readonly rest: string } | undefined;

/** A device at the end of a serial line, as its manual tells it. */
export interface SerialDevice {
  readonly clock: Clock;
  /** The device's own pace; a gateway that opens the port at another one is not understood. */
  readonly baudRate: number;
  /** What ends a command on the wire, such as `"\r"`; or how commands are told apart, where that takes more. */
  readonly commandEnd: string | Split;
  /** A command that has begun is forgotten when nothing comes for so many milliseconds; never unless told. */
  patienceMs?(): number;
  /** How a reply looks on the wire. */
  frame(reply: string): string;
  /** The first rule that matches answers; without one the device stays silent. */
  readonly rules: readonly Rule[];
  /** What the device makes of the raw command before it looks at it; undefined: it is for somebody else. */
  prepare?(raw: string): string | undefined;
  /** How long the device thinks before it answers, or answers that command; milliseconds, 5 unless told. */
  readonly replyMs?: number | ((command: string) => number);
  /**
   * Take a byte out of what comes before it is a part of any command, as a device with real-time commands does. Whether
   * it was one.
   */
  immediate?(byte: number): boolean;
  /** How the device says that it understands a command but does not do it now; undefined: it never says so. */
  refuse?(command: string): string | undefined;
  /** What another device of this kind says of itself: rules that come before the others once it has taken the place. */
  readonly stranger?: readonly Rule[];
  /** The port was opened; a board that DTR resets starts anew. */
  opened?(): void;
  /** The gateway has changed DTR or RTS, or holds a break. */
  linesChanged?(lines: LinesSeen): void;
  /** The power has come back: everything volatile is as after switching on. */
  poweredUp?(): void;
  /** The power is gone: whatever moves stops. */
  poweredDown?(): void;
}

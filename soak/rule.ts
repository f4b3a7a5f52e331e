import type { LogLevel } from "../src/context.ts";
import type { Stand } from "./stand.ts";

/** What a client asks. */
export interface Request {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  readonly url: string;
  readonly body?: unknown;
  readonly prefer?: string | undefined;
  /** Of a request that may be repeated. */
  readonly key?: string | undefined;
  /** The number of the lease under which it is asked. */
  readonly lease?: number | undefined;
}

/** What a client was answered. */
export interface Answer {
  /** The same object that was `asked`. */
  readonly request: Request;
  readonly method: string;
  readonly url: string;
  readonly status: number;
  /** Nothing was done: it is what an earlier request with that key was answered. */
  readonly replayed: boolean;
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
  /** A pin of a Thing has another level now; logical. */
  level?(thing: string, pin: string, on: boolean): void;
  /** A client is about to ask that. */
  asked?(request: Request): void;
  /** The emergency stop is about to be pressed over HTTP. */
  pressed?(): void;
  /** The emergency stop was pressed, by whom: in the same tick, when the first bytes should have left. */
  tripped?(by: string): void;
  answered?(answer: Answer): void;
  logged?(thing: string, level: LogLevel, message: string): void;
  /** After every step of the program. */
  checked?(): void | Promise<void>;
  /** Every fault has been ended, everything has been cancelled and reset, and two minutes have passed. */
  calmed?(): void | Promise<void>;
  /** The gateway is about to be closed. */
  closing?(): void;
  /** The gateway has been closed in an orderly way. */
  closed?(): void;
  /** It has been started, and serves. */
  started?(): void | Promise<void>;
}

/** One of the rules of what benchd must survive, and how it is watched. */
export interface Rule {
  /** R1 to R9, or the number of a fault. */
  readonly number: string;
  /** What has to hold, in a sentence. */
  readonly holds: string;
  /** `broken` tells how it does not hold. */
  watch(stand: Stand, broken: (how: string) => void): Watch;
}

import type { LogLevel } from "../context.ts";
import type { DeliveryTotal } from "../invocation/ledger.ts";
import type { InvocationStatus } from "../invocation/state.ts";

/** Which invocation something happened in. */
interface OfInvocation {
  readonly thing: string;
  readonly action: string;
  readonly id: string;
}

/** An invocation has another status: "pending" first, then as it goes. */
export interface InvocationEvent extends OfInvocation {
  readonly kind: "invocation";
  readonly seq: number;
  readonly status: InvocationStatus;
  readonly requestedBy: string;
  /** 0 to 100, or null when its handler reports none. */
  readonly progress: number | null;
  /** Why it was cancelled. */
  readonly reason: string | null;
  /** `"unknown"` when nobody can know what the device has done. */
  readonly outcome: "unknown" | null;
  readonly forced: boolean;
  /** Unless it has completed. */
  readonly error: { readonly code: string | null; readonly message: string } | null;
}

/** How far an invocation has come; 0 to 100, or null when that is no fraction. */
export interface ProgressEvent extends OfInvocation {
  readonly kind: "progress";
  readonly progress: number | null;
}

/** A call that an invocation makes on a Thing, as it is now. */
export interface ToldStep {
  /** Counts up within the invocation. */
  readonly n: number;
  readonly thing: string;
  readonly action: string;
  readonly status: InvocationStatus;
  readonly progress: number | null;
  readonly error: string | null;
}

/** Those of its steps that are new, or are not as they were told last. */
export interface StepsEvent extends OfInvocation {
  readonly kind: "steps";
  readonly steps: readonly ToldStep[];
}

/** A line of its log, without where an error arose. */
export interface ToldLine {
  /** Counts up within the invocation. */
  readonly seq: number;
  /** RFC 3339. */
  readonly at: string;
  readonly level: LogLevel;
  /** The Thing that speaks. */
  readonly thing: string;
  readonly message: string;
}

/** Lines that its log has got, oldest first. */
export interface LogEvent extends OfInvocation {
  readonly kind: "log";
  readonly lines: readonly ToldLine[];
  /** How many came before these and are left out: the log of the invocation may still have them. */
  readonly dropped: number;
}

/** What it has delivered so far; also after its end, when the device's own counter was asked. */
export interface DeliveryEvent extends OfInvocation {
  readonly kind: "delivery";
  readonly delivery: readonly DeliveryTotal[];
}

/** An invocation asks whoever stands at the bench, and how that has ended. */
export interface PromptEvent extends OfInvocation {
  readonly kind: "prompt";
  /** Its id. */
  readonly prompt: string;
  /** The Thing whose action asks: its own, or that of a step. */
  readonly asker: string;
  readonly state: "open" | "answered" | "expired" | "withdrawn";
  /** Whoever may use all of these may answer. */
  readonly things: readonly string[];
  /** Of the run that asks; null for all else. */
  readonly title: string | null;
  readonly message: string;
  readonly answeredBy: string | null;
}

import type { Delivery } from "../../bench/invocation-state.ts";

/** An invocation as the history lists it. */
export interface Entry {
  readonly id: string;
  readonly seq: number;
  /** With the prefix before it: `/pump/dispense`. */
  readonly action: string;
  readonly status: string;
  readonly timeRequested: string;
  readonly timeStarted: string | null;
  readonly timeCompleted: string | null;
  readonly reason: string | null;
  readonly outcome: string | null;
  readonly forced: boolean;
  readonly requestedBy: string | null;
  readonly requestedFrom: string | null;
  readonly clockTrusted: boolean;
  readonly waitedMs: number | null;
  readonly ranMs: number | null;
  readonly error: { readonly type: string; readonly title: string; readonly detail: string } | null;
  readonly delivery: readonly Delivery[];
}

export interface Provenance {
  readonly thing: string;
  readonly driver: string;
  readonly benchd?: string;
  readonly configuration?: string;
  readonly model?: string;
  readonly serialNumber?: string;
  readonly firmware?: string;
}

/** All that is known of it. */
export interface WholeEntry extends Entry {
  readonly input: unknown;
  readonly output: unknown;
  /** What of these was too large to be kept. */
  readonly omitted: readonly string[];
  readonly provenance: readonly Provenance[];
  readonly steps: readonly PastStep[];
  readonly log: readonly PastLine[];
  readonly logDropped: number;
}

export interface PastStep {
  readonly thing: string;
  readonly action: string;
  readonly status: string;
  readonly timeRequested: string;
  readonly error: { readonly message?: string } | null;
}

export interface PastLine {
  readonly seq: number;
  readonly created: string;
  readonly levelname: string;
  readonly thing: string;
  readonly message: string;
}

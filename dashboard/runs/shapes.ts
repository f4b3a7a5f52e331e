import type { Schema } from "../bench/shapes.ts";

/** What `/gateway/runs` and `/gateway/procedures` answer, as far as this page looks at it. */

export interface Position {
  readonly path: string;
  readonly line: number;
  readonly text: string;
  readonly round: { readonly n: number; readonly of: number } | null;
}

export interface Run {
  readonly id: string;
  readonly title: string | null;
  /** As the procedure was named: `titration@3`, or a file. */
  readonly file: string | null;
  readonly parameters: Readonly<Record<string, unknown>> | null;
  readonly things: readonly string[];
  readonly state: string;
  readonly waitingFor: string | null;
  readonly progress: number | null;
  readonly positions: readonly Position[];
  readonly expectedMs: number | null;
  readonly recordings: readonly { readonly name: string; readonly id: string }[];
  readonly requestedBy: string;
  readonly timeRequested: string;
  readonly timeStarted: string | null;
  readonly timeCompleted: string | null;
  readonly reason: string | null;
  readonly outcome: string | null;
  readonly error: { readonly detail?: unknown; readonly title?: string } | null;
  readonly values: Readonly<Record<string, unknown>> | null;
}

export interface Mistake {
  /** `file:line:column`. */
  readonly at: string;
  readonly step: string;
  readonly message: string;
}

/** A step of a procedure, in the order of its document. */
export interface OutlineStep {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

export interface Check {
  readonly runs: boolean;
  readonly mistakes: readonly Mistake[];
  readonly title: string | null;
  readonly steps: readonly OutlineStep[];
}

export interface Forecast {
  readonly durationMs: number;
  readonly steps: readonly {
    readonly path: string;
    readonly line: number;
    readonly startMs: number;
    readonly durationMs: number;
    readonly times: number;
  }[];
  readonly mistakes: readonly Mistake[];
}

export interface Procedure {
  readonly name: string;
  readonly version: number;
  readonly title: string;
  readonly description: string | null;
  readonly parameters: Readonly<Record<string, Schema>>;
  readonly things: readonly string[];
  readonly bytes: number;
  readonly storedAt: string;
  readonly unreadable: string | null;
  /** Where one is asked for. */
  readonly document?: string;
}

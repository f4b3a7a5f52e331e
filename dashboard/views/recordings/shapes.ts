/** A recording as the gateway tells it. */
export interface Recording {
  readonly id: string;
  readonly name: string;
  /** `recording`, or how it has ended. */
  readonly state: string;
  readonly things: readonly string[];
  readonly properties: readonly string[];
  /** Titles with units. */
  readonly columns: readonly string[];
  /** Null where there is a row for each change. */
  readonly everyMs: number | null;
  readonly forMs: number | null;
  readonly run: string | null;
  readonly configured: string | null;
  readonly startedBy: string | null;
  readonly timeStarted: string;
  readonly clockTrusted: boolean;
  readonly timeEnded: string | null;
  readonly reason: string | null;
  readonly rows: number;
  readonly gaps: number;
  readonly bytes: number;
  readonly problem: string | null;
}

/** Of a Thing that would be bad: a recording that somebody has stopped has ended as it should. */
export const lookOf = (state: string): "good" | undefined =>
  state === "stopped" || state === "finished" ? "good" : undefined;

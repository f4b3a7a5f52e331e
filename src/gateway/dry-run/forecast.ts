import type { Calibration } from "../../calibration.ts";
import type { Mistake, Procedure } from "../../experiment/procedure/procedure.ts";
import type { PortableConfig } from "./portable.ts";

/** What is to be tried, and on what bench; it can be sent to a thread. */
export interface DryRun {
  readonly config: PortableConfig;
  readonly procedure: Procedure;
  /** Those of the bench that count: drivers work by them. */
  readonly calibrations?: readonly Calibration[] | undefined;
  /** Of benchd. */
  readonly version?: string | undefined;
  /** It is given up when it has computed for so long; real milliseconds, a minute unless told. */
  readonly patienceMs?: number | undefined;
}

/** When a step of a procedure is done; bench time from the beginning of the run, milliseconds. */
export interface ForeseenStep {
  /** `steps[3].repeat[0]`. */
  readonly path: string;
  /** Of the document, from 1 on. */
  readonly line: number;
  /** When it begins for the first time. */
  readonly startMs: number;
  /** Of all the times it is done, together. */
  readonly durationMs: number;
  /** How often it is done. */
  readonly times: number;
}

/** What a procedure will come to, by what the simulated bench made of it. */
export interface Forecast {
  /** How long the run takes without the time that people take to answer; bench time, milliseconds. */
  readonly durationMs: number;
  /** In the order in which they begin. A step that is not done is not among them. */
  readonly steps: readonly ForeseenStep[];
  /** What keeps it from being run, in the order in which it was found; none: it can be run. */
  readonly mistakes: readonly Mistake[];
}

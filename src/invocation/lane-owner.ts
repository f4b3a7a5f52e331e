import type { CancelReason } from "../errors.ts";
import type { Provenance } from "./record.ts";

/** One thing to do, and to have confirmed, before a Thing counts as safe. */
export interface SafetyStep {
  readonly what: string;
  act(): Promise<void>;
  /** So much longer than any other it may take; ms. */
  readonly moreMs?: number;
  /** Told when it has failed, or was not confirmed in time. */
  unconfirmed?(error: Error): void;
}

/** What a Thing is to the scheduler. */
export interface LaneOwner {
  readonly name: string;
  /** What leaves it safe: stop what moves, then outputs to their safe values. Called for, never before, the fence. */
  safetySteps(reason: CancelReason): readonly SafetyStep[];
  /** Counts its openings. */
  readonly generation: number;
  /** Admit nothing until `settled`, or until an operator resets the Thing; `generation` is when the work began. */
  quarantine(why: string, settled: Promise<void>, generation: number): void;
  /** The Things it works with, where it is none itself; what it asks, whoever may use all of them may answer. */
  readonly standsFor?: readonly string[];
  /** What it is, for the record of what it does. */
  provenance?(): Provenance;
}

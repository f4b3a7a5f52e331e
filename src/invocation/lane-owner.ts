import type { CancelReason } from "../errors.ts";
import type { Frame } from "./frame.ts";
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

/** Where outputs are while somebody is asked, by their names: safe where nothing is said, `keep` leaves one as it is. */
export type Rest = Readonly<Record<string, boolean | number | "keep">>;

/** What a Thing is to the scheduler. */
export interface LaneOwner {
  readonly name: string;
  /** What leaves it safe: stop what moves, then outputs to their safe values. Called for, never before, the fence. */
  safetySteps(reason: CancelReason): readonly SafetyStep[];
  /** Counts its openings. */
  readonly generation: number;
  /** Admit nothing until `settled`, or until an operator resets the Thing; `generation` is when the work began. */
  quarantine(why: string, settled: Promise<void>, generation: number): void;
  /**
   * Bring its outputs to rest and keep them there, because of `why`; resolves with how to let go of them, which brings them
   * nowhere. Rejects when that is not confirmed.
   */
  rest?(idle: Rest, why: string): Promise<() => void>;
  /** The Things it works with, where it is none itself; what it asks, whoever may use all of them may answer. */
  readonly standsFor?: readonly string[];
  /** The innermost call that has it for itself now. */
  readonly holder?: Frame | undefined;
  /** What it is, for the record of what it does. */
  provenance?(): Provenance;
}

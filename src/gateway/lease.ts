import { LeaseHeldError } from "../errors.ts";

/** What a client asks for with a lease. */
export interface LeaseTerms {
  readonly seconds: number;
  /** For others to read. */
  readonly note: string;
  /** What becomes of its work that runs when the lease ends without having been given back. */
  readonly onLoss: "finish" | "cancel";
}

/** One client's exclusive use of some Things, for a time. */
export interface Lease extends LeaseTerms {
  /** Greater than that of any lease before it. */
  readonly number: number;
  readonly holder: string;
  readonly things: readonly string[];
  /** Wall clock, in milliseconds. */
  readonly since: number;
  readonly until: number;
}

/** Whose it is, and what others can do about that. */
export function heldBy({ holder, note, until }: Lease, thing: string, remedy: string): LeaseHeldError {
  const told = note ? `, who says "${note}"` : "";
  return new LeaseHeldError(`${thing} is leased to ${holder} until ${new Date(until).toISOString()}${told}: ${remedy}`);
}

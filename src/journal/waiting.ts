import type { Waiting } from "../invocation/journal.ts";
import type { Reader } from "./reader.ts";
import type { InvocationRow } from "./stored-invocation.ts";

/** Why a call that has never begun is not to be queued again, in words; undefined when it may be. */
export function objectionTo(row: InvocationRow, now: number): string | undefined {
  const { restart_within_ms, requested_at, leased } = row;
  if (restart_within_ms === null) return "benchd was started again before this could begin";
  if (leased === 1) return "the lease that this was asked for under ended with benchd";
  const waitedMs = now - requested_at;
  // A clock that was set back cannot tell.
  if (waitedMs >= 0 && waitedMs < restart_within_ms) return undefined;
  return `benchd was started again later than ${restart_within_ms / 1000} s after this was asked for`;
}

/** What was left waiting, oldest first. What was too large to be kept cannot be asked for again. */
export function waitingIn(reader: Reader, now: number): readonly Waiting[] {
  return reader.waiting().map((row) => {
    const { id, seq, thing, action, requested_by, requested_at, clock_trusted, retention_ms, bytes } = row;
    const input = reader.part(seq, "input");
    return {
      ...{ id, seq, thing, action, bytes },
      input: input === undefined ? null : JSON.parse(input),
      requestedBy: requested_by,
      requestedAt: requested_at,
      clockTrusted: clock_trusted === 1,
      retentionMs: retention_ms,
      restartWithinMs: row.restart_within_ms ?? 0,
      waitedMs: now - requested_at,
      log: reader.log(seq, 0),
    };
  });
}

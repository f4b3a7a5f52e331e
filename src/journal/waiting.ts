import type { Waiting } from "../invocation/journal.ts";
import type { Reader } from "./reader.ts";
import type { InvocationRow } from "./stored-invocation.ts";

/**
 * Why a call that has never begun is not to be queued again, in words; undefined when it may be. `waitedMs` is undefined
 * when nobody knows.
 */
export function objectionTo(row: InvocationRow, waitedMs: number | undefined): string | undefined {
  const { restart_within_ms, leased } = row;
  if (restart_within_ms === null) return "benchd was started again before this could begin";
  if (leased === 1) return "the lease that this was asked for under ended with benchd";
  if (waitedMs === undefined || waitedMs < 0) return "nobody knows how long this has waited";
  if (waitedMs < restart_within_ms) return undefined;
  return `benchd was started again later than ${restart_within_ms / 1000} s after this was asked for`;
}

/** How long it has waited, from its request on, by the machine's own time; milliseconds. */
export function waitedMsOf(askedAt: string | undefined, uptime: number): number | undefined {
  const known = askedAt === undefined ? undefined : Number(askedAt);
  return known === undefined || Number.isNaN(known) ? undefined : uptime - known;
}

/** What was left waiting, oldest first. What was too large to be kept cannot be asked for again. */
export function waitingIn(reader: Reader, uptime: number): readonly Waiting[] {
  return reader.waiting().map((row) => {
    const { id, seq, thing, action, requested_by, requested_from, requested_at, clock_trusted, retention_ms, bytes } =
      row;
    const input = reader.part(seq, "input");
    return {
      ...{ id, seq, thing, action, bytes },
      input: input === undefined ? null : JSON.parse(input),
      requestedBy: requested_by,
      requestedFrom: requested_from ?? undefined,
      requestedAt: requested_at,
      clockTrusted: clock_trusted === 1,
      retentionMs: retention_ms,
      restartWithinMs: row.restart_within_ms ?? 0,
      waitedMs: waitedMsOf(reader.part(seq, "uptime"), uptime) ?? 0,
      log: reader.log(seq, 0),
    };
  });
}

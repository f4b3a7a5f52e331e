import { familyOf } from "./audit-families.ts";
import type { Noted } from "./audit-table.ts";

/** Which entries of the audit trail. */
export interface AuditFilter {
  /** At most so many, the newest. */
  readonly limit: number;
  /** Only those with a smaller number. */
  readonly cursor?: number | undefined;
  readonly thing?: string | undefined;
  /** Only those about one of these; the others are about the whole bench. */
  readonly things?: ReadonlySet<string> | undefined;
  readonly by?: string | undefined;
  /** A kind such as `lease.taken`, or a family of them: `lease`. */
  readonly what?: string | undefined;
  /** Noted last at this time or later; wall clock, milliseconds. */
  readonly since?: number | undefined;
}

export function isWanted(entry: Noted, { cursor, thing, things, by, what, since }: AuditFilter): boolean {
  return (
    (cursor === undefined || entry.seq < cursor) &&
    (thing === undefined || entry.thing === thing) &&
    (things === undefined || (entry.thing !== undefined && things.has(entry.thing))) &&
    (by === undefined || entry.by === by) &&
    (what === undefined || entry.what === what || familyOf(entry.what) === what) &&
    (since === undefined || entry.at >= since)
  );
}

import type { InvocationRecord } from "../../invocation/record.ts";
import { withHrefs } from "../blobs/blob-json.ts";
import { type Base, invocationEntry, invocationJson } from "../invocation-json.ts";
import { problem } from "../problem.ts";

/** An invocation as the history lists it. */
export function historyEntry(record: InvocationRecord, base: Base) {
  const { requestedBy, requestedFrom = null, clockTrusted, waitedMs, ranMs, error, delivery } = record;
  return {
    ...invocationEntry(record, base),
    href: historyUrl(record, base),
    requestedBy,
    requestedFrom,
    clockTrusted,
    waitedMs: waitedMs ?? null,
    ranMs: ranMs ?? null,
    error: error ? problem(error) : null,
    delivery,
  };
}

/** Everything but the log and the steps, which have a place of their own. */
export const historyLine = (record: InvocationRecord, base: Base) => ({
  ...historyEntry(record, base),
  input: withHrefs(record.input ?? null, base),
  output: withHrefs(record.output ?? null, base),
  omitted: record.omitted,
  provenance: record.provenance,
});

/** All of an invocation. */
export function historyJson(record: InvocationRecord, base: Base) {
  const { log, steps } = invocationJson(record, base);
  return { ...historyLine(record, base), log, steps, logDropped: record.log.dropped };
}

const historyUrl = ({ id }: InvocationRecord, { origin }: Base) => `${origin}/gateway/history/${id}`;

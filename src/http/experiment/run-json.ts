import { runInputOf } from "../../experiment/runs/run-record.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { InvocationRecord, Position } from "../../invocation/record.ts";
import type { Sight } from "../access/sight.ts";
import { type Base, invocationUrl, time } from "../invocation-json.ts";
import { problem } from "../problem.ts";

export const runUrl = ({ origin }: Base, { id }: Pick<InvocationRecord, "id">) => `${origin}/gateway/runs/${id}`;

/** A run as it is now, or as it was left. */
export function runJson(record: InvocationRecord, { experiments }: Gateway, sight: Sight, base: Base) {
  const { id, status, output, error, seq, progress, waitingFor, reason = null, outcome = null, forced } = record;
  const { title, file, sha256, parameters, things = [], expectedMs } = runInputOf(record) ?? {};
  const run = experiments.runs.find(id);
  const recordings = experiments.recordings.ofRun(id);
  const { values = null } = (output ?? {}) as { readonly values?: unknown };
  return {
    ...{
      id,
      title: sight.text(title) ?? null,
      file: file ?? null,
      sha256: sha256 ?? null,
      parameters: parameters ?? null,
      things,
    },
    ...{ state: run?.state ?? status, status, waitingFor, progress },
    positions: record.positions.map(positionJson),
    expectedMs: expectedMs ?? null,
    recordings: recordings.map((one) => ({ name: one.name, id: one.id })),
    ...{ requestedBy: record.requestedBy, seq },
    timeRequested: time(record.requestedAt),
    timeStarted: time(record.startedAt),
    timeCompleted: time(record.endedAt),
    ...{ reason, outcome, forced, error: error ? problem(error) : null, values },
    href: runUrl(base, record),
    invocation: invocationUrl(base, id),
  };
}

const positionJson = ({ path, line, column, text, round }: Position) => ({
  ...{ path, line, column, text, round: round ?? null },
});

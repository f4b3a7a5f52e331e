import type { ToldRecording } from "../../experiment/recordings/recordings.ts";
import type { Sight } from "../access/sight.ts";
import { type Base, time } from "../invocation-json.ts";

const recordingUrl = ({ origin }: Base, { id }: Pick<ToldRecording, "id">) => `${origin}/gateway/recordings/${id}`;

/** A recording as it is now, or as it was left; its rows are under `csv` and `ndjson`. */
export function recordingJson(told: ToldRecording, sight: Sight, base: Base) {
  const { id, name, things, columns, everyMs, forMs, run, configured, by, startedAt, clockTrusted, end, bytes } = told;
  const href = recordingUrl(base, told);
  return {
    ...{ id, name: sight.text(name), state: end?.how ?? "recording", things },
    properties: [...new Set(columns.map(({ property }) => property))],
    columns: columns.map(({ title }) => title),
    ...{ everyMs, forMs, run, configured: sight.text(configured), startedBy: sight.text(by) },
    ...{ timeStarted: time(startedAt), clockTrusted, timeEnded: time(end?.at ?? undefined) },
    reason: sight.text(end?.why ?? null),
    ...{ rows: told.rows, gaps: told.gaps, bytes, problem: told.problem },
    ...{ href, csv: `${href}/csv`, ndjson: `${href}/ndjson` },
  };
}

import { runThing } from "../../experiment/runs/run-record.ts";
import type { Bar } from "../../gateway/timeline/bar.ts";
import type { InvocationRecord } from "../../invocation/record.ts";
import { seesRun } from "../access/seen-run.ts";
import type { Sight } from "../access/sight.ts";
import { json } from "../answer.ts";
import { time } from "../invocation-json.ts";
import { timelineQuery } from "../query.ts";
import type { App, View } from "../view.ts";

const usualLimit = 500;
const usualMs = 15 * 60_000;

/** `/gateway/timeline`: what was done when on each Thing, as it is drawn. */
export function timeline(app: App, { gateway }: View): void {
  app.get(
    "/gateway/timeline",
    {
      config: { scope: "read", over: "visible" },
      schema: { summary: "What was done when, by Things, to be drawn", querystring: timelineQuery },
    },
    async ({ query: { thing, limit = usualLimit, ...asked }, sight }, reply) => {
      const until = asked.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(asked.until);
      const since = asked.since === undefined ? Date.now() - usualMs : Date.parse(asked.since);
      const sees = (record: InvocationRecord) => sight.sees(record.thing) || seesRun(sight, record);
      const { now, bars, truncated } = await gateway.timeline.of({
        ...{ since, until, thing, limit, sees },
        names: sight.names,
      });
      const lanes = lanesOf(bars, thing, sight).map((name) => ({
        thing: name,
        invocations: bars.filter(({ record }) => record.thing === name).map((bar) => barJson(bar, sight)),
      }));
      return json(reply, 200, { now: time(now), since: time(since), lanes, truncated });
    },
  );
}

/** Runs first, then the Things as they are configured, then those that are none any more. */
function lanesOf(bars: readonly Bar[], wanted: string | undefined, { things }: Sight): readonly string[] {
  const used = new Set(bars.map(({ record }) => record.thing));
  const runs = used.has(runThing) ? [runThing] : [];
  const all = new Set([...runs, ...things.keys(), ...used]);
  return [...all].filter((name) => wanted === undefined || name === wanted);
}

function barJson({ record, requestedAt, startedAt, endedAt, parts }: Bar, sight: Sight) {
  const { id, action, status, reason = null, outcome = null, progress, requestedBy } = record;
  return {
    ...{ id, action, status, reason, outcome, requestedBy: sight.text(requestedBy) },
    requestedAt: time(requestedAt),
    startedAt: time(startedAt),
    endedAt: time(endedAt),
    progress,
    parts: parts
      .filter(({ thing }) => thing === undefined || sight.sees(thing))
      .map(({ kind, from, to, ...step }) => ({ kind, from: time(from), to: time(to), ...step })),
  };
}

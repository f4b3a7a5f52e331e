import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import { goesOn } from "../../runs/outline.ts";
import type { Run } from "../../runs/shapes.ts";
import { TimelineSource } from "../../timeline/source.ts";
import { spans, type Viewport } from "../../timeline/viewport.ts";
import { Controls } from "../timeline/controls.tsx";
import { Details } from "../timeline/details.tsx";
import { Gantt } from "../timeline/gantt.tsx";
import { attend, lookingAt } from "../timeline/looking.ts";

/** What a run did on each of its Things, and when. */
export function RunTimeline({ run }: { readonly run: Run }): JSX.Element {
  const bench = useBench();
  const source = useMemo(() => new TimelineSource(bench.connection, { id: run.id, thing: "gateway" }), [bench, run.id]);
  const things = useComputed(() => {
    source.version.value;
    const { model } = source;
    return [...new Set(["gateway", ...run.things, ...model.things])].filter(
      (thing) => model.lane(thing).rows.length > 0,
    );
  });
  const looking = useMemo(() => lookingAt(bench, source, wholeOf(run, bench.now()), things), [bench, source]);
  useEffect(() => attend(bench, looking), [bench, looking]);
  return (
    <section>
      <div class="row apart">
        <h2>What was done when</h2>
        <Controls looking={looking} />
      </div>
      {source.problem.value && <p role="alert">{`It could not be read: ${source.problem.value}`}</p>}
      <Gantt looking={looking} />
      {looking.selected.value && <Details looking={looking} />}
    </section>
  );
}

/** All of it, as far as there is room for that. */
function wholeOf(run: Run, now: number): Viewport {
  const from = Date.parse(run.timeRequested);
  const end = run.timeCompleted === null ? undefined : Date.parse(run.timeCompleted);
  const least = 1.1 * ((end ?? now) - from) + 1000;
  const spanMs = spans.find(([ms]) => ms >= least)?.[0] ?? spans[5][0];
  return { spanMs, until: goesOn(run) || end === undefined ? null : end + 0.04 * spanMs };
}

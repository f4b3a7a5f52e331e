import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import { Time } from "../../parts/time.tsx";
import { place, requery } from "../../route.ts";
import { TimelineSource } from "../../timeline/source.ts";
import { spans } from "../../timeline/viewport.ts";
import { AsTable } from "./as-table.tsx";
import { Controls } from "./controls.tsx";
import { Details } from "./details.tsx";
import { Gantt } from "./gantt.tsx";
import { Legend } from "./legend.tsx";
import { attend, lookingAt } from "./looking.ts";

const usualMs = 15 * 60_000;

/** What was done when, on every Thing. */
export function TimelineView(): JSX.Element {
  const bench = useBench();
  const busy = useSignal((place.peek().query.get("busy") ?? (isNarrow() ? "1" : "0")) === "1");
  const source = useMemo(() => new TimelineSource(bench.connection), [bench]);
  const things = useComputed(() => {
    source.version.value;
    const { model } = source;
    const has = (thing: string) => model.lane(thing).rows.length > 0;
    const known = [...new Set(["gateway", ...bench.things.value.keys(), ...model.things])];
    return known.filter((thing) => has(thing) || (!busy.value && thing !== "gateway"));
  });
  const looking = useMemo(() => lookingAt(bench, source, asked(), things), [bench, source]);
  useEffect(() => attend(bench, looking), [bench, looking]);
  const { spanMs, until } = looking.view.value;
  useEffect(() => {
    requery({
      span: spans.find(([ms]) => ms === spanMs && ms !== usualMs)?.[1].replace(" ", ""),
      busy: busy.value === isNarrow() ? "" : busy.value ? "1" : "0",
    });
  }, [spanMs, busy.value]);
  useEffect(() => {
    // While it is dragged along this would be each frame.
    const later = setTimeout(() => requery({ until: until === null ? "" : new Date(until).toISOString() }), 500);
    return () => clearTimeout(later);
  }, [until]);
  return (
    <>
      <div class="row apart">
        <h1>Timeline</h1>
        <Controls looking={looking} busy={busy} />
      </div>
      {source.problem.value && <p role="alert">{`It could not be read: ${source.problem.value}`}</p>}
      {source.cut.value !== undefined && (
        <p class="soft">
          There is too much for one picture: what was before <Time at={source.cut.value} /> is left out. History has it.
        </p>
      )}
      <Gantt looking={looking} />
      <Legend />
      <Details looking={looking} />
      <AsTable looking={looking} />
    </>
  );
}

/** On a phone lanes in which nothing is to be seen only take room. */
const isNarrow = () => window.matchMedia("(max-width: 40rem)").matches;

/** As the address says. */
function asked() {
  const { query } = place.peek();
  const span = query.get("span");
  const until = Date.parse(query.get("until") ?? "");
  return {
    spanMs: spans.find(([, text]) => text.replace(" ", "") === span)?.[0] ?? usualMs,
    until: Number.isNaN(until) ? null : until,
  };
}

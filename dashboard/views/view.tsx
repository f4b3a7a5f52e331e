import type { ComponentType, JSX } from "preact";
import { later } from "../parts/later.tsx";
import { place } from "../route.ts";
import { Overview } from "./overview.tsx";

/** What is behind a name in the address; `rest` is what follows it there. */
export type ViewOf = ComponentType<{ readonly rest: readonly string[] }>;

const work = () => import("./work.ts");
const records = () => import("./records.ts");

/** All but the first view is loaded when somebody wants to see it. */
const views: Readonly<Record<string, ViewOf>> = {
  things: later(async () => (await work()).ThingView),
  recordings: later(async () => (await records()).RecordingsView),
  history: later(async () => (await records()).HistoryView),
  traffic: later(async () => (await records()).TrafficView),
  transcripts: later(async () => (await records()).TranscriptView),
  // By itself: with all that draws a plot it would be more than its bound.
  plots: later(async () => (await import("../plot/plot-view.tsx")).PlotView),
  safety: later(async () => (await records()).SafetyView),
  timeline: later(async () => (await import("./timeline/timeline-view.tsx")).TimelineView),
  invocations: later(async () => (await work()).InvocationView),
  runs: later(async () => (await work()).RunsView),
  procedures: later(async () => (await work()).ProcedureView),
  schedules: later(async () => (await work()).SchedulesView),
  calibrations: later(async () => (await work()).CalibrationsView),
};

/** What the address names. */
export function View(): JSX.Element {
  const [name, ...rest] = place.value.path;
  if (name === undefined) return <Overview />;
  const Wanted = Object.hasOwn(views, name) ? views[name] : undefined;
  return Wanted ? <Wanted key={name} rest={rest} /> : <p>There is no such view.</p>;
}

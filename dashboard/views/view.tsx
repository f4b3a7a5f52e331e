import { useSignal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { place } from "../route.ts";
import { Overview } from "./overview.tsx";

/** What is behind a name in the address; `rest` is what follows it there. */
export type ViewOf = ComponentType<{ readonly rest: readonly string[] }>;

/** All but the first view is loaded when somebody wants to see it. */
const views: Readonly<Record<string, () => Promise<ViewOf>>> = {
  things: async () => (await import("./thing/thing-view.tsx")).ThingView,
  recordings: async () => (await import("./recordings/recordings-view.tsx")).RecordingsView,
  history: async () => (await import("./history/history-view.tsx")).HistoryView,
  traffic: async () => (await import("./traffic/traffic-view.tsx")).TrafficView,
  transcripts: async () => (await import("./traffic/transcript-view.tsx")).TranscriptView,
  plots: async () => (await import("../plot/plot-view.tsx")).PlotView,
  safety: async () => (await import("./safety/safety-view.tsx")).SafetyView,
  timeline: async () => (await import("./timeline/timeline-view.tsx")).TimelineView,
  invocations: async () => (await import("./invocation/invocation-view.tsx")).InvocationView,
  runs: async () => (await import("./runs/runs-view.tsx")).RunsView,
  procedures: async () => (await import("./procedures/procedure-view.tsx")).ProcedureView,
};

/** What the address names. */
export function View(): JSX.Element {
  const [name, ...rest] = place.value.path;
  if (name === undefined) return <Overview />;
  const load = Object.hasOwn(views, name) ? views[name] : undefined;
  return load ? <Loaded key={name} load={load} rest={rest} /> : <p>There is no such view.</p>;
}

interface LoadedProps {
  readonly load: () => Promise<ViewOf>;
  readonly rest: readonly string[];
}

function Loaded({ load, rest }: LoadedProps): JSX.Element {
  const found = useSignal<{ readonly view: ViewOf } | undefined>(undefined);
  const failed = useSignal(false);
  useEffect(() => {
    void load().then(
      (view) => {
        found.value = { view };
      },
      () => {
        failed.value = true;
      },
    );
  }, [load]);
  if (failed.value) return <p role="alert">This part of the page could not be loaded: reload the page.</p>;
  const shown = found.value;
  return shown ? <shown.view rest={rest} /> : <p role="status">Loading…</p>;
}

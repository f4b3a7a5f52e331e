import { useSignal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";

type PlotOf = ComponentType<{ readonly thing: string; readonly property: string }>;

/** What draws plots is loaded when somebody wants to see one. */
export function Plot(props: { readonly thing: string; readonly property: string }): JSX.Element {
  const found = useSignal<{ readonly plot: PlotOf } | undefined>(undefined);
  const failed = useSignal(false);
  useEffect(() => {
    void import("../../plot/live-plot.tsx").then(
      ({ LivePlot }) => {
        found.value = { plot: LivePlot };
      },
      () => {
        failed.value = true;
      },
    );
  }, []);
  if (failed.value) return <p role="alert">The plot could not be loaded: reload the page.</p>;
  const shown = found.value;
  return shown ? <shown.plot {...props} /> : <p role="status">Loading…</p>;
}

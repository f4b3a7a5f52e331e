import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useBench } from "../bench/context.ts";
import { refusalOf } from "../bench/load.ts";
import { type Line, linesNamed } from "./line.ts";
import { PlotStack } from "./plot-stack.tsx";
import { linesOfBench } from "./watchers.ts";

interface Props {
  readonly thing: string;
  readonly property: string;
}

/** What the numbers of a property come to while it is looked at. */
export function LivePlot({ thing, property }: Props): JSX.Element {
  const { lines, failed } = useLines();
  if (failed) return <p role="alert">{failed}</p>;
  if (!lines) return <p role="status">Loading…</p>;
  const named = linesNamed(`${thing}.${property}`, lines);
  if (named.length === 0) return <p class="soft">That is no number, and has none in it.</p>;
  return <PlotStack lines={named} nameOf={({ title }) => title} />;
}

/** All that can be plotted, as soon as it is known. */
export function useLines(): { readonly lines: readonly Line[] | undefined; readonly failed: string | undefined } {
  const bench = useBench();
  const lines = useSignal<readonly Line[] | undefined>(undefined);
  const failed = useSignal<string | undefined>(undefined);
  const ready = bench.about.value !== undefined;
  const things = [...bench.things.value.keys()].join(" ");
  useEffect(() => {
    if (!ready) return;
    const leaving = new AbortController();
    linesOfBench(bench, leaving.signal).then(
      (found) => {
        lines.value = found;
        failed.value = undefined;
      },
      (error: unknown) => {
        if (!leaving.signal.aborted && !lines.peek()) failed.value = refusalOf(error);
      },
    );
    return () => leaving.abort();
  }, [bench, ready, things]);
  return { lines: lines.value, failed: failed.value };
}

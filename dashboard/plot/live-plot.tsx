import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useDescriptions } from "../parts/use-descriptions.ts";
import { type Line, linesNamed, linesOf } from "./line.ts";
import { PlotStack } from "./plot-stack.tsx";

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
  const { all, failed } = useDescriptions();
  const lines = useMemo(
    () => all && Object.entries(all).flatMap(([thing, description]) => linesOf(thing, description)),
    [all],
  );
  return { lines, failed };
}

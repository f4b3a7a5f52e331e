import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import { placeOf } from "../../route.ts";
import { RunList } from "../../runs/run-list.ts";
import { Library } from "../procedures/library.tsx";
import { RunPage } from "./run-page.tsx";
import { RunTable } from "./run-table.tsx";

/** Procedures that are gone through: all of them, or one. */
export function RunsView({ rest: [id] }: { readonly rest: readonly string[] }): JSX.Element {
  const bench = useBench();
  const list = useMemo(() => new RunList(bench.connection), [bench]);
  useEffect(() => bench.listen((event) => list.heard(event)), [bench, list]);
  useSignalEffect(() => {
    // Anew after each gap.
    if (bench.about.value === undefined) return;
    void (id === undefined ? list.load() : list.read(id));
  });
  useEffect(() => {
    if (bench.about.peek()) void (id === undefined ? list.load() : list.read(id));
  }, [id]);
  if (id !== undefined) return <RunPage key={id} id={id} list={list} />;
  return (
    <div class="stack">
      <div class="row apart">
        <h1>Runs</h1>
        <nav class="row" aria-label="What belongs to runs">
          <a href={placeOf("schedules")}>Schedules</a>
          <a href={placeOf("calibrations")}>Calibrations</a>
        </nav>
      </div>
      <RunTable list={list} />
      <Library />
    </div>
  );
}

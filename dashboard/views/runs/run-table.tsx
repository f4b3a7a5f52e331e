import type { JSX } from "preact";
import { useBench } from "../../bench/context.ts";
import { StateMark } from "../../parts/state-mark.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { durationText } from "../../parts/time-text.ts";
import { placeOf } from "../../route.ts";
import { expectedEnd, goesOn, waitText } from "../../runs/outline.ts";
import type { RunList } from "../../runs/run-list.ts";
import type { Run } from "../../runs/shapes.ts";

/** The runs, the newest first. */
export function RunTable({ list }: { readonly list: RunList }): JSX.Element {
  const { about } = useBench();
  const timeScale = about.value?.timeScale ?? 1;
  const columns: readonly Column<Run>[] = [
    { title: "Run", of: ({ id, title, file }) => <a href={placeOf("runs", id)}>{title ?? file ?? id}</a>, as: "long" },
    {
      title: "State",
      of: (run) => (
        <>
          <StateMark state={run.state} title={run.reason ?? undefined} />{" "}
          <span class="soft small">{waitText(run)}</span>
        </>
      ),
      as: "long",
    },
    { title: "Progress", of: ({ progress }) => progress !== null && `${Math.floor(progress)} %`, as: "number" },
    { title: "Step", of: (run) => goesOn(run) && run.positions.map(({ text }) => text).join(", "), as: "long" },
    { title: "Began", of: ({ timeRequested, timeStarted }) => <Time at={timeStarted ?? timeRequested} /> },
    { title: "Ended", of: (run) => <End run={run} timeScale={timeScale} /> },
    { title: "By", of: ({ requestedBy }) => requestedBy },
  ];
  return (
    <section class="stack tight">
      {list.problem.value && <p role="alert">{`The runs could not be read: ${list.problem.value}`}</p>}
      <Table
        caption="Runs, the newest first"
        columns={columns}
        rows={list.runs.value}
        keyOf={({ id }) => id}
        empty={list.loaded.value ? "Nothing has been run yet." : "Reading…"}
      />
      {list.older.value !== undefined && (
        <p>
          <button type="button" onClick={() => void list.more()}>
            Older ones
          </button>
        </p>
      )}
    </section>
  );
}

/** When it has ended and how long it took, or when that is to be. */
export function End({ run, timeScale }: { readonly run: Run; readonly timeScale: number }): JSX.Element | null {
  const { timeStarted, timeCompleted } = run;
  if (timeCompleted !== null)
    return (
      <>
        <Time at={timeCompleted} />
        {timeStarted !== null && (
          <span class="soft">, after {durationText(Date.parse(timeCompleted) - Date.parse(timeStarted))}</span>
        )}
      </>
    );
  const expected = expectedEnd(run, timeScale);
  if (expected === undefined || !goesOn(run)) return null;
  return (
    <span class="soft" title="as a dry run has foretold, without the time that people take">
      about <Time at={expected} />
    </span>
  );
}

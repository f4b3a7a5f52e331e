import type { JSX } from "preact";
import { StateMark } from "../../parts/state-mark.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { durationText } from "../../parts/time-text.ts";
import type { Bar } from "../../timeline/bar.ts";
import { windowOf } from "../../timeline/viewport.ts";
import { lasted, nameOf, spent } from "../../timeline/words.ts";
import type { Looking } from "./looking.ts";

const maxRows = 200;

/** What was done in the time that is looked at, the newest first. */
export function TableRows({ looking }: { readonly looking: Looking }): JSX.Element {
  const { source, view, edge } = looking;
  source.version.value;
  const now = edge();
  const { from, to } = windowOf(view.value, now);
  const seen = [...source.model.bars()].filter((bar) => bar.requestedAt <= to && (bar.endedAt ?? to) >= from);
  const rows = seen.sort((a, b) => b.requestedAt - a.requestedAt).slice(0, maxRows);
  const wait = (bar: Bar, kind: "wire" | "prompt" | "cancel") => {
    const { ms, times } = spent(bar, kind, now);
    return times > 0 && durationText(ms);
  };
  const columns: readonly Column<Bar>[] = [
    { title: "What", of: (bar) => nameOf(bar.thing, bar.action) },
    { title: "State", of: (bar) => <StateMark state={bar.status} title={bar.reason ?? bar.outcome ?? undefined} /> },
    { title: "Asked for", of: ({ requestedAt }) => <Time at={requestedAt} /> },
    { title: "By", of: ({ requestedBy }) => requestedBy },
    {
      title: "Waited",
      of: (bar) => durationText(lasted(bar.requestedAt, bar.startedAt ?? bar.endedAt, now)),
      as: "number",
    },
    {
      title: "Ran",
      of: (bar) => bar.startedAt !== null && durationText(lasted(bar.startedAt, bar.endedAt, now)),
      as: "number",
    },
    { title: "Wire", of: (bar) => wait(bar, "wire"), as: "number" },
    { title: "Person", of: (bar) => wait(bar, "prompt"), as: "number" },
    { title: "Cancel", of: (bar) => wait(bar, "cancel"), as: "number" },
    { title: "Steps", of: ({ steps }) => steps.length || "", as: "number" },
  ];
  return (
    <>
      <Table
        caption="What was done, the newest first"
        columns={columns}
        rows={rows}
        keyOf={({ id }) => id}
        empty="Nothing was done in this time."
      />
      {seen.length > maxRows && (
        <p class="soft">{`The newest ${maxRows} of ${seen.length}: look at a shorter time.`}</p>
      )}
    </>
  );
}

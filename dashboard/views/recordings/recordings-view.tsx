import type { JSX } from "preact";
import { useBench } from "../../bench/context.ts";
import { mayAnywhere } from "../../bench/may.ts";
import { bytesText } from "../../parts/bytes-text.ts";
import { Since } from "../../parts/duration.tsx";
import { StateMark } from "../../parts/state-mark.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { durationText } from "../../parts/time-text.ts";
import { useListing } from "../../parts/use-listing.ts";
import { shortened } from "../../parts/value-text.ts";
import { place, placeOf, requery } from "../../route.ts";
import { BeginRecording } from "./begin-recording.tsx";
import { RecordingPage } from "./recording-page.tsx";
import { lookOf, type Recording } from "./shapes.ts";

/** So many are on a page of the list. */
const limit = 50;
/** So often rows are counted anew. */
const everyMs = 3000;

/** `#/recordings`: what is written down, and what was; `#/recordings/ID`: one of them. */
export function RecordingsView({ rest: [id] }: { readonly rest: readonly string[] }): JSX.Element {
  return id === undefined ? <RecordingList /> : <RecordingPage key={id} id={id} />;
}

function RecordingList(): JSX.Element {
  const { about } = useBench();
  const cursor = place.value.query.get("from") ?? undefined;
  const listing = useListing<Recording>({
    ...{ path: "/gateway/recordings", query: { limit, cursor }, everyMs },
    changed: ({ kind }) => kind === "recording",
  });
  const { items, next, failed } = listing.value;
  return (
    <div class="stack">
      <h1>Recordings</h1>
      {mayAnywhere(about.value, "operate") ? (
        <details class="card">
          <summary>Begin a recording</summary>
          <BeginRecording />
        </details>
      ) : (
        <p class="soft">To begin one, a token for operate is needed.</p>
      )}
      {failed && (
        <p role="alert" class="notice warn">
          Not as it is now: {failed}
        </p>
      )}
      {items ? (
        <Table
          {...{ caption: "Recordings", columns, rows: items }}
          keyOf={({ id }) => id}
          empty="Nothing was recorded yet."
        />
      ) : (
        <p role="status">{failed ? "" : "Loading…"}</p>
      )}
      <div class="row">
        {cursor !== undefined && (
          <button type="button" onClick={() => requery({ from: undefined })}>
            The newest
          </button>
        )}
        {next !== undefined && (
          <button type="button" onClick={() => requery({ from: next })}>
            Older ones
          </button>
        )}
      </div>
    </div>
  );
}

const columns: readonly Column<Recording>[] = [
  { title: "Name", of: ({ id, name }) => <a href={placeOf("recordings", id)}>{name}</a> },
  {
    title: "State",
    of: ({ state, reason }) => <StateMark state={state} title={reason ?? undefined} look={lookOf(state)} />,
  },
  { title: "Begun", of: ({ timeStarted, clockTrusted }) => <Time at={timeStarted} trusted={clockTrusted} /> },
  {
    title: "For",
    of: ({ timeStarted, timeEnded, state }) => {
      if (state === "recording") return <Since at={timeStarted} />;
      return timeEnded === null ? "nobody knows" : durationText(Date.parse(timeEnded) - Date.parse(timeStarted));
    },
  },
  { title: "Rows", of: ({ rows }) => rows, as: "number" },
  { title: "Gaps", of: ({ gaps }) => gaps, as: "number" },
  { title: "Size", of: ({ bytes }) => bytesText(bytes), as: "number" },
  { title: "What", of: ({ properties }) => shortList(properties), as: "long" },
  {
    title: "Problem",
    of: ({ problem }) => problem && <span class="problem">{shortened(problem, 300)}</span>,
    as: "long",
  },
];

const shown = 6;
const shortList = (names: readonly string[]) =>
  names.slice(0, shown).join(", ") + (names.length > shown ? ` and ${names.length - shown} more` : "");

import type { JSX } from "preact";
import { useBench } from "../../bench/context.ts";
import { SaveButton } from "../../parts/save-button.tsx";
import { StateMark } from "../../parts/state-mark.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { durationText, zoneText } from "../../parts/time-text.ts";
import { useListing } from "../../parts/use-listing.ts";
import { shortened } from "../../parts/value-text.ts";
import { place, placeOf, requery } from "../../route.ts";
import { EntryPage } from "./entry-page.tsx";
import { calledIn, type Filter, filterIn } from "./filter.ts";
import { Filters } from "./filters.tsx";
import type { Entry } from "./shapes.ts";

/** So many are on a page. */
const limit = 50;
const path = "/gateway/history";

/** `#/history`: what was done, a page at a time; `#/history/ID`: all that is known of it. */
export function HistoryView({ rest: [id] }: { readonly rest: readonly string[] }): JSX.Element {
  return id === undefined ? <Entries /> : <EntryPage key={id} id={id} />;
}

function Entries(): JSX.Element {
  const bench = useBench();
  const { query } = place.value;
  const filter = filterIn(query);
  const cursor = query.get("from") ?? undefined;
  const listing = useListing<Entry>({
    ...{ path, query: { ...filter, limit, cursor } },
    changed: ({ kind }) => cursor === undefined && kind === "invocation",
  });
  const { items, next, failed, busy } = listing.value;
  const prefix = bench.about.value?.prefix ?? "";
  return (
    <div class="stack">
      <h1>History</h1>
      <Filters filter={filter} />
      <div class="row">
        <SaveButton {...{ path, query: { ...filter, format: "csv" }, name: "history.csv" }}>Save all as CSV</SaveButton>
        <SaveButton {...{ path, query: { ...filter, format: "ndjson" }, name: "history.ndjson" }}>
          Save all as NDJSON
        </SaveButton>
        <span class="hint">
          All that the filters let through, with what was put in and came out. Times here are of {zoneText(bench.now())}
          .
        </span>
      </div>
      {failed && (
        <p role="alert" class="notice warn">
          Not as it is now: {failed}
        </p>
      )}
      {items ? (
        <div aria-busy={busy}>
          <Table
            {...{ caption: "What was done, the newest first", columns: columnsOf(prefix), rows: items.toReversed() }}
            keyOf={({ id }) => id}
            empty={empty(filter)}
          />
        </div>
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

const empty = (filter: Filter) =>
  Object.keys(filter).length === 0 ? "Nothing was done yet." : "Nothing that was done is like that.";

const columnsOf = (prefix: string): readonly Column<Entry>[] => [
  {
    title: "What",
    of({ id, action }) {
      const called = calledIn(action, prefix);
      return (
        <a href={placeOf("history", id)}>
          {called.thing}.{called.action}
        </a>
      );
    },
  },
  { title: "How", of: ({ status, reason }) => <StateMark state={status} title={reason ?? undefined} /> },
  { title: "Asked for", of: ({ timeRequested, clockTrusted }) => <Time at={timeRequested} trusted={clockTrusted} /> },
  { title: "By", of: ({ requestedBy }) => shortened(requestedBy ?? "itself", 60) },
  { title: "Waited", of: ({ waitedMs }) => (waitedMs === null ? "" : durationText(waitedMs)), as: "number" },
  { title: "Ran", of: ({ ranMs }) => (ranMs === null ? "" : durationText(ranMs)), as: "number" },
  { title: "What came of it", of: outcomeText, as: "long" },
];

const deliveredShown = 3;

function outcomeText({ outcome, error, reason, delivery }: Entry): JSX.Element {
  const delivered = delivery
    .slice(0, deliveredShown)
    .map(({ confirmed, unit, thing }) => `${thing}: ${confirmed} ${unit}`);
  return (
    <>
      {outcome === "unknown" && <strong class="problem">Nobody knows what the device has done. </strong>}
      {error && shortened(error.detail, 200)}
      {!error && reason && `Reason: ${shortened(reason, 100)}. `}
      {!error && delivered.join("; ")}
    </>
  );
}

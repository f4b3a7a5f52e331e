import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import { refusalOf } from "../../bench/load.ts";
import { saveBlob } from "../../parts/save.ts";
import { StateMark } from "../../parts/state-mark.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { durationText, shortTime, timesInZone } from "../../parts/time-text.ts";
import { unitText } from "../../parts/unit-text.ts";
import { shortened } from "../../parts/value-text.ts";
import { placeOf } from "../../route.ts";
import { calledIn } from "./filter.ts";
import type { WholeEntry } from "./shapes.ts";

/** More of a text, or of a table, is not drawn. */
const maxText = 20_000;
const maxRows = 200;

/** All that the history knows of an invocation. */
export function EntryPage({ id }: { readonly id: string }): JSX.Element {
  const bench = useBench();
  const entry = useSignal<WholeEntry | undefined>(undefined);
  const failed = useSignal("");
  useEffect(() => {
    const leaving = new AbortController();
    let asked = 0;
    const read = () => {
      const mine = ++asked;
      bench.connection.get(`/gateway/history/${encodeURIComponent(id)}`, { signal: leaving.signal }).then(
        (told) => {
          if (mine !== asked) return;
          entry.value = told as WholeEntry;
          failed.value = "";
        },
        (error: unknown) => {
          if (!leaving.signal.aborted) failed.value = refusalOf(error);
        },
      );
    };
    read();
    const deaf = bench.listen((event) => {
      if (event.kind === "invocation" && event.id === id) read();
    });
    return () => {
      leaving.abort();
      deaf();
    };
  }, [bench, id]);
  const told = entry.value;
  if (!told) return <p role={failed.value ? "alert" : "status"}>{failed.value || "Loading…"}</p>;
  const { thing, action } = calledIn(told.action, bench.about.value?.prefix ?? "");
  return (
    <div class="stack">
      <p>
        <a href={placeOf("history")}>All of the history</a>
      </p>
      <div class="row apart">
        <h1>
          {thing}.{action}
        </h1>
        <StateMark state={told.status} />
      </div>
      {told.outcome === "unknown" && (
        <p class="notice bad">Nobody knows what the device has done: look at it before you go on.</p>
      )}
      {told.error && (
        <p class="notice bad">
          {shortened(timesInZone(told.error.detail, Date.now()), 2000)} <span class="small">({told.error.title})</span>
        </p>
      )}
      <div class="card stack tight">
        <Facts told={told} />
        <div class="row">
          <a class="button" href={thing === "gateway" ? placeOf("runs", id) : placeOf("invocations", id)}>
            {thing === "gateway" ? "The run" : "The invocation"}
          </a>
          {thing !== "gateway" && (
            <a class="button" href={placeOf("transcripts", id)}>
              What went over the wires
            </a>
          )}
          <button type="button" onClick={() => saveEntry(told, `${thing}-${action}-${id.slice(0, 8)}.json`)}>
            Save as JSON
          </button>
        </div>
      </div>
      <Json title="What was put in" value={told.input} omitted={told.omitted.includes("input")} />
      <Json title="What came out" value={told.output} omitted={told.omitted.includes("output")} />
      <Amounts told={told} />
      <Steps told={told} />
      <Log told={told} />
      <Devices told={told} />
    </div>
  );
}

const saveEntry = (told: WholeEntry, name: string) =>
  saveBlob(new Blob([JSON.stringify(told, null, 2)], { type: "application/json" }), name);

function Facts({ told }: { readonly told: WholeEntry }): JSX.Element {
  const { timeRequested, timeStarted, timeCompleted, clockTrusted, requestedBy, requestedFrom } = told;
  const time = (at: string | null) =>
    at === null ? "nobody knows, or not at all" : <Time at={at} trusted={clockTrusted} />;
  const from = requestedFrom && requestedFrom !== requestedBy ? ` from ${requestedFrom}` : "";
  return (
    <dl class="facts">
      <Fact title="Asked for">
        {time(timeRequested)} by {shortened(requestedBy ?? "the bench itself", 100)}
        {from}
      </Fact>
      <Fact title="Begun">
        {time(timeStarted)}
        {told.waitedMs !== null && `, after it had waited ${durationText(told.waitedMs)}`}
      </Fact>
      <Fact title="Ended">
        {time(timeCompleted)}
        {told.ranMs !== null && `, after it had run ${durationText(told.ranMs)}`}
      </Fact>
      {told.reason && <Fact title="Reason">{shortened(told.reason, 300)}</Fact>}
      {told.forced && <Fact title="Forced">it did not end by itself in time</Fact>}
    </dl>
  );
}

const Fact = ({ title, children }: { readonly title: string; readonly children: ComponentChildren }) => (
  <>
    <dt>{title}</dt>
    <dd>{children}</dd>
  </>
);

interface JsonProps {
  readonly title: string;
  readonly value: unknown;
  readonly omitted: boolean;
}

function Json({ title, value, omitted }: JsonProps): JSX.Element | null {
  if (value === null && !omitted) return null;
  const text = omitted ? "It was too large to be kept." : JSON.stringify(value, null, 2);
  return (
    <section class="stack tight">
      <h2>{title}</h2>
      <pre class="card">{shortened(text, maxText)}</pre>
    </section>
  );
}

function Amounts({ told: { delivery } }: { readonly told: WholeEntry }): JSX.Element | null {
  if (delivery.length === 0) return null;
  const columns = [
    { title: "Thing", of: (one: (typeof delivery)[number]) => one.thing },
    ...(["requested", "confirmed", "uncertain"] as const).map((name) => ({
      title: { requested: "Wanted", confirmed: "Delivered", uncertain: "Perhaps delivered, too" }[name],
      of: (one: (typeof delivery)[number]) => (one[name] === null ? "" : `${one[name]} ${unitText(one.unit)}`),
      as: "number" as const,
    })),
  ];
  return <Titled title="Amounts" columns={columns} rows={delivery} />;
}

function Steps({ told: { steps } }: { readonly told: WholeEntry }): JSX.Element | null {
  if (steps.length === 0) return null;
  const columns = [
    { title: "Step", of: (one: (typeof steps)[number]) => `${one.thing}.${one.action}` },
    { title: "How", of: (one: (typeof steps)[number]) => <StateMark state={one.status} /> },
    { title: "Asked for", of: (one: (typeof steps)[number]) => <Time at={one.timeRequested} /> },
    {
      title: "Error",
      of: (one: (typeof steps)[number]) => shortened(one.error?.message ?? "", 300),
      as: "long" as const,
    },
  ];
  return <Titled title="Steps" columns={columns} rows={steps} />;
}

function Devices({ told: { provenance } }: { readonly told: WholeEntry }): JSX.Element | null {
  if (provenance.length === 0) return null;
  type Row = (typeof provenance)[number];
  const columns = [
    { title: "Thing", of: (one: Row) => one.thing },
    { title: "Driver", of: (one: Row) => `${one.driver} of benchd ${one.benchd ?? "?"}` },
    { title: "Model", of: (one: Row) => shortened(one.model ?? "", 100), as: "long" as const },
    { title: "Serial number", of: (one: Row) => shortened(one.serialNumber ?? "", 100) },
    { title: "Firmware", of: (one: Row) => shortened(one.firmware ?? "", 100) },
    { title: "Settings", of: (one: Row) => <code>{one.configuration?.slice(0, 16)}</code> },
  ];
  return <Titled title="What did it" columns={columns} rows={provenance} />;
}

interface TitledProps<Row> {
  readonly title: string;
  readonly columns: Parameters<typeof Table<Row>>[0]["columns"];
  readonly rows: readonly Row[];
}

function Titled<Row>({ title, columns, rows }: TitledProps<Row>): JSX.Element {
  const shown = rows.slice(0, maxRows).map((row, n) => ({ row, n }));
  return (
    <section class="stack tight">
      <h2>{title}</h2>
      <Table
        caption={title}
        columns={columns.map((column) => ({ ...column, of: ({ row }: { readonly row: Row }) => column.of(row) }))}
        rows={shown}
        keyOf={({ n }) => n}
        empty="None."
      />
      {rows.length > maxRows && (
        <p class="hint">
          The first {maxRows} of {rows.length}: save it to see all.
        </p>
      )}
    </section>
  );
}

function Log({ told: { log, logDropped } }: { readonly told: WholeEntry }): JSX.Element | null {
  const now = useBench().now();
  if (log.length === 0) return null;
  const shown = log.slice(-maxRows);
  const missing = logDropped + log.length - shown.length;
  return (
    <section class="stack tight">
      <h2>Log</h2>
      {missing > 0 && <p class="hint">{missing} earlier lines are left out.</p>}
      <pre class="card">
        {shown
          .map(({ created, levelname, thing, message }) =>
            [shortTime(Date.parse(created), now), levelname.toLowerCase(), `${thing}:`, shortened(message, 2000)].join(
              " ",
            ),
          )
          .join("\n")}
      </pre>
    </section>
  );
}

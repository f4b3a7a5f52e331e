import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import { Ask } from "../../parts/ask.ts";
import { AskedNote } from "../../parts/asked-note.tsx";
import { Until } from "../../parts/duration.tsx";
import { StateMark } from "../../parts/state-mark.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { durationText } from "../../parts/time-text.ts";
import { useTold } from "../../parts/use-told.ts";
import { shortened } from "../../parts/value-text.ts";
import { placeOf } from "../../route.ts";

/** As `/gateway/schedules` tells it. */
interface Schedule {
  readonly title: string | null;
  readonly things: readonly string[];
  readonly everyMs?: number;
  readonly cron?: string;
  readonly timeZone?: string;
  readonly invoke?: string;
  readonly procedure?: string;
  readonly paused: boolean;
  readonly pausedBy: string | null;
  readonly nextInMs: number | null;
  readonly waitsFor: string | null;
  readonly running: string | null;
  readonly lastStarted: { readonly at: string; readonly invocation: string | null } | null;
  readonly lastSkipped: { readonly at: string; readonly reason: string | null } | null;
}

type Named = Schedule & { readonly name: string; readonly next: number | undefined };

/** What begins by itself, when it does, and why it did not. */
export function SchedulesView(): JSX.Element {
  const { about } = useBench();
  const told = useTold<Readonly<Record<string, Schedule>>>("/gateway/schedules", {
    changed: ({ kind }) => kind === "schedule",
    everyMs: 30_000,
  });
  const { value, at, failed } = told.value;
  const timeScale = about.value?.timeScale ?? 1;
  const rows = Object.entries(value ?? {}).map(([name, one]): Named => {
    // What is said in bench time goes as fast as that.
    const pace = one.everyMs === undefined ? 1 : timeScale;
    return { ...one, name, next: one.nextInMs === null ? undefined : at + one.nextInMs / pace };
  });
  return (
    <div class="stack">
      <div class="row apart">
        <h1>Schedules</h1>
        <a href={placeOf("runs")}>Runs</a>
      </div>
      {failed && <p role="alert">{`They could not be read: ${failed}`}</p>}
      <Table
        caption="What begins by itself"
        columns={columns}
        rows={rows}
        keyOf={({ name }) => name}
        empty={value ? "Nothing begins by itself here: schedules stand in the configuration." : "Reading…"}
      />
    </div>
  );
}

const columns: readonly Column<Named>[] = [
  { title: "Schedule", of: ({ name, title }) => title ?? name, as: "long" },
  { title: "Begins", of: (one) => <What {...one} />, as: "long" },
  { title: "When", of: whenText, as: "long" },
  { title: "Next", of: (one) => <Next {...one} />, as: "long" },
  {
    title: "Last begun",
    of: ({ lastStarted, procedure }) =>
      lastStarted && (
        <>
          <Time at={lastStarted.at} />{" "}
          {lastStarted.invocation !== null && <Begun id={lastStarted.invocation} isRun={procedure !== undefined} />}
        </>
      ),
  },
  {
    title: "Last left out",
    of: ({ lastSkipped }) =>
      lastSkipped && (
        <>
          <Time at={lastSkipped.at} /> {lastSkipped.reason && shortened(lastSkipped.reason, 500)}
        </>
      ),
    as: "long",
  },
  { title: "Change", of: (one) => <PauseButton key={one.name} name={one.name} paused={one.paused} /> },
];

function What({ invoke, procedure, running }: Named): JSX.Element {
  const { name } = /^(?<name>[a-z0-9_-]+)(@\d+)?$/i.exec(procedure ?? "")?.groups ?? {};
  return (
    <>
      {invoke ?? (name === undefined ? procedure : <a href={placeOf("procedures", name)}>{procedure}</a>)}{" "}
      {running !== null && <Begun id={running} isRun={procedure !== undefined} />}
    </>
  );
}

const Begun = ({ id, isRun }: { readonly id: string; readonly isRun: boolean }) => (
  <a href={placeOf(isRun ? "runs" : "invocations", id)}>it</a>
);

function whenText({ everyMs, cron, timeZone }: Named): string {
  if (everyMs !== undefined) return `every ${durationText(everyMs).replace(/ 00 (s|min)$/, "")}`;
  return `${cron ?? ""}${timeZone ? `, ${timeZone}` : ""}`;
}

function Next({ paused, pausedBy, waitsFor, next }: Named): JSX.Element {
  if (paused)
    return (
      <>
        <StateMark state="paused" /> {pausedBy !== null && `by ${pausedBy}`}
      </>
    );
  if (waitsFor === "clock") return <span class="problem">waits until the gateway's clock is known to be right</span>;
  if (next === undefined) return <>not known</>;
  return (
    <>
      <Time at={next} />, in <Until at={next} />
    </>
  );
}

function PauseButton({ name, paused }: { readonly name: string; readonly paused: boolean }): JSX.Element {
  const bench = useBench();
  const ask = useMemo(() => new Ask(bench), [bench]);
  const path = `/gateway/schedules/${encodeURIComponent(name)}/${paused ? "resume" : "pause"}`;
  return (
    <>
      <button type="button" aria-disabled={ask.now.value.state === "busy"} onClick={() => void ask.send("POST", path)}>
        {paused ? "Go on" : "Pause"} <span class="unseen">{name}</span>
      </button>
      <AskedNote asked={ask.now.value} />
    </>
  );
}

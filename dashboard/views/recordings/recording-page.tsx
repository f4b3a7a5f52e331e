import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Bench } from "../../bench/bench.ts";
import { useBench } from "../../bench/context.ts";
import { refusalOf } from "../../bench/load.ts";
import { Ask } from "../../parts/ask.ts";
import { bytesText } from "../../parts/bytes-text.ts";
import { SaveButton } from "../../parts/save-button.tsx";
import { StateMark } from "../../parts/state-mark.tsx";
import { Time } from "../../parts/time.tsx";
import { durationText } from "../../parts/time-text.ts";
import { placeOf } from "../../route.ts";
import { RecordedPlots } from "./recorded-plots.tsx";
import { lookOf, type Recording } from "./shapes.ts";

/** So often one that goes on is looked at anew. */
const everyMs = 2000;

interface Told {
  readonly recording: Recording | undefined;
  readonly failed: string;
}

/** One recording: what it has, its plots, its file; and its end. */
export function RecordingPage({ id }: { readonly id: string }): JSX.Element {
  const bench = useBench();
  const told = useSignal<Told>({ recording: undefined, failed: "" });
  const path = `/gateway/recordings/${encodeURIComponent(id)}`;
  useEffect(() => keepTold(bench, path, told), [bench, path, told]);
  const { recording, failed } = told.value;
  if (!recording) return <p role={failed ? "alert" : "status"}>{failed || "Loading…"}</p>;
  const { name, state, reason, problem } = recording;
  const file = (format: string) => ({ path: `${path}/${format}`, name: `${name}-${id.slice(0, 8)}.${format}` });
  return (
    <div class="stack">
      <p>
        <a href={placeOf("recordings")}>All recordings</a>
      </p>
      <div class="row apart">
        <h1>{name}</h1>
        <StateMark state={state} look={lookOf(state)} />
      </div>
      {failed && (
        <p role="alert" class="notice warn">
          Not as it is now: {failed}
        </p>
      )}
      {problem && <p class="notice bad">{problem}</p>}
      {reason && lookOf(state) === undefined && <p class="notice warn">{reason}</p>}
      <div class="card stack tight">
        <Facts recording={recording} />
        <div class="row">
          <SaveButton {...file("csv")}>Save as CSV</SaveButton>
          <SaveButton {...file("ndjson")}>Save as NDJSON</SaveButton>
          <Ending path={path} recording={recording} />
        </div>
      </div>
      <RecordedPlots path={`${path}/ndjson`} recording={recording} />
    </div>
  );
}

function keepTold(bench: Bench, path: string, told: Signal<Told>): () => void {
  const leaving = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const read = async () => {
    clearTimeout(timer);
    try {
      const { signal } = leaving;
      if (!document.hidden) {
        const recording = (await bench.connection.get(path, { signal })) as Recording;
        told.value = { recording, failed: "" };
      }
    } catch (error) {
      if (!leaving.signal.aborted) told.value = { ...told.peek(), failed: refusalOf(error) };
    }
    const over = told.peek().recording && told.peek().recording?.state !== "recording" && !told.peek().failed;
    if (!leaving.signal.aborted && !over) timer = setTimeout(() => void read(), everyMs);
  };
  void read();
  const deaf = bench.listen((event) => {
    if (event.kind === "recording" && path.endsWith(event.id)) void read();
  });
  return () => {
    leaving.abort();
    clearTimeout(timer);
    deaf();
  };
}

function Facts({ recording }: { readonly recording: Recording }): JSX.Element {
  const { timeStarted, timeEnded, clockTrusted, everyMs: every, forMs, rows, gaps, bytes } = recording;
  const { startedBy, run, configured, properties, state, reason } = recording;
  return (
    <dl class="facts">
      <Fact title="Begun">
        <Time at={timeStarted} trusted={clockTrusted} /> {startedBy && `by ${startedBy}`}
      </Fact>
      {state !== "recording" && (
        <Fact title="Ended">
          {timeEnded ? <Time at={timeEnded} trusted={clockTrusted} /> : "nobody knows when"}
          {reason && `: ${reason}`}
        </Fact>
      )}
      <Fact title="A row">{every === null ? "for each change" : `every ${durationText(every)}`}</Fact>
      {forMs !== null && <Fact title="For">{durationText(forMs)}</Fact>}
      <Fact title="Rows">
        {rows}
        {gaps > 0 ? `, ${gaps} of them with gaps` : ", none with a gap"}; {bytesText(bytes)}
      </Fact>
      {run && (
        <Fact title="Run">
          <a href={placeOf("runs", run)}>of this run</a>
        </Fact>
      )}
      {configured && <Fact title="Configured as">{configured}</Fact>}
      <Fact title="What">{properties.join(", ")}</Fact>
    </dl>
  );
}

const Fact = ({ title, children }: { readonly title: string; readonly children: ComponentChildren }) => (
  <>
    <dt>{title}</dt>
    <dd>{children}</dd>
  </>
);

interface EndingProps {
  readonly path: string;
  readonly recording: Recording;
}

/** It can be stopped; and once it has ended removed, by two presses. */
function Ending({ path, recording }: EndingProps): JSX.Element {
  const bench = useBench();
  const ask = useMemo(() => new Ask(bench), [bench]);
  const sure = useSignal(false);
  const { state, words } = ask.now.value;
  const busy = state === "busy";
  const remove = async () => {
    const removed = await ask.send("DELETE", path, { busy: "Removing…" });
    if (removed) window.location.hash = placeOf("recordings");
    sure.value = false;
  };
  return (
    <>
      {recording.state === "recording" ? (
        <button
          type="button"
          disabled={busy}
          onClick={() => void ask.send("POST", `${path}/stop`, { busy: "Stopping…" })}
        >
          Stop recording
        </button>
      ) : sure.value ? (
        <>
          <button type="button" class="danger" disabled={busy} onClick={() => void remove()}>
            Remove it for good
          </button>
          <button
            type="button"
            onClick={() => {
              sure.value = false;
            }}
          >
            Keep it
          </button>
        </>
      ) : (
        <button
          type="button"
          class="danger"
          onClick={() => {
            sure.value = true;
          }}
        >
          Remove…
        </button>
      )}
      <span role="status" class={state === "refused" || state === "unknown" ? "problem" : "hint"}>
        {words}
      </span>
    </>
  );
}

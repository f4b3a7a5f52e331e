import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import { Ask } from "../../parts/ask.ts";
import { AskedNote } from "../../parts/asked-note.tsx";
import { Fact } from "../../parts/fact.tsx";
import { later } from "../../parts/later.tsx";
import { Progress } from "../../parts/progress.tsx";
import { Prompts } from "../../parts/prompts.tsx";
import { StateMark } from "../../parts/state-mark.tsx";
import { Time } from "../../parts/time.tsx";
import { shortened, valueText } from "../../parts/value-text.ts";
import { placeOf } from "../../route.ts";
import { goesOn, storedAs, waitText } from "../../runs/outline.ts";
import type { RunList } from "../../runs/run-list.ts";
import type { Run } from "../../runs/shapes.ts";
import { RunSteps } from "./run-steps.tsx";
import { End } from "./run-table.tsx";

/** The picture is more than all the rest. */
const RunTimeline = later(async () => (await import("./run-timeline.tsx")).RunTimeline);

interface Props {
  readonly id: string;
  readonly list: RunList;
}

/** A run: where it is, or how it has ended. */
export function RunPage({ id, list }: Props): JSX.Element {
  const run = list.runs.value.find((one) => one.id === id);
  if (!run)
    return (
      <>
        <h1>Run</h1>
        <p role="status">{list.problem.value || "Reading…"}</p>
        <p>
          <a href={placeOf("runs")}>All runs</a>
        </p>
      </>
    );
  return (
    <div class="stack">
      <div class="row apart">
        <div class="row">
          <h1>{run.title ?? "Run"}</h1>
          <StateMark state={run.state} />
        </div>
        {goesOn(run) && <RunButtons run={run} />}
      </div>
      <RunFacts run={run} />
      <Prompts of={({ invocation }) => invocation.id === id} />
      <RunTimeline run={run} />
      <RunSteps run={run} />
    </div>
  );
}

/** What is to be done with it while it goes on. */
function RunButtons({ run: { id, state } }: { readonly run: Run }): JSX.Element {
  const bench = useBench();
  const ask = useMemo(() => new Ask(bench), [bench]);
  const path = `/gateway/runs/${encodeURIComponent(id)}`;
  const busy = ask.now.value.state === "busy";
  const held = state === "paused" || state === "pausing";
  return (
    <div class="row">
      <button
        type="button"
        aria-disabled={busy}
        onClick={() => void ask.send("POST", `${path}/${held ? "resume" : "pause"}`)}
      >
        {held ? "Go on" : "Pause"}
      </button>
      <button
        type="button"
        class="danger"
        aria-disabled={busy}
        onClick={() => void ask.send("DELETE", path, { again: "harmless", busy: "Cancelling…" })}
      >
        Cancel
      </button>
      <AskedNote asked={ask.now.value} />
    </div>
  );
}

function RunFacts({ run }: { readonly run: Run }): JSX.Element {
  const { about } = useBench();
  const { timeStarted, progress, file, parameters, recordings, values, error, outcome, reason } = run;
  const stored = storedAs(file);
  const waits = waitText(run);
  return (
    <section class="card stack tight" aria-label="How it stands">
      {goesOn(run) && (
        <Progress
          progress={progress}
          since={timeStarted === null ? undefined : Date.parse(timeStarted)}
          label="The run"
          even={false}
        />
      )}
      {waits && <p class="notice warn">It {waits}.</p>}
      {error && <p class="notice bad">{shortened(String(error.detail ?? error.title ?? "It has failed."), 2000)}</p>}
      {outcome === "unknown" && (
        <p class="notice bad">Nobody knows what its devices have done last: look at them before you go on.</p>
      )}
      <dl class="facts">
        <Fact name="Procedure">
          {stored ? <a href={placeOf("procedures", stored.name)}>{file}</a> : (file ?? "not known any more")}
        </Fact>
        <Fact name="Begun">
          <Time at={timeStarted ?? run.timeRequested} /> by {run.requestedBy}
        </Fact>
        {(!goesOn(run) || run.expectedMs !== null) && (
          <Fact name={goesOn(run) ? "Expected end" : "Ended"}>
            <End run={run} timeScale={about.value?.timeScale ?? 1} />
          </Fact>
        )}
        {reason !== null && <Fact name="Why">{reason}</Fact>}
        <Fact name="Things">
          {run.things.length === 0 && "none"}
          {run.things.slice(0, 50).map((thing) => (
            <a key={thing} href={placeOf("things", thing)}>
              {thing}{" "}
            </a>
          ))}
        </Fact>
        {recordings.length > 0 && (
          <Fact name="Recordings">
            {recordings.map(({ name, id }) => (
              <a key={id} href={placeOf("recordings", id)}>
                {name}{" "}
              </a>
            ))}
          </Fact>
        )}
        {Object.entries({ ...parameters, ...values })
          .slice(0, 100)
          .map(([name, value]) => (
            <Fact key={name} name={`$${name}`}>
              {valueText(value)}
            </Fact>
          ))}
      </dl>
    </section>
  );
}

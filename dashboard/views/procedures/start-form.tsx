import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import { refusalOf } from "../../bench/load.ts";
import type { Schema } from "../../bench/shapes.ts";
import { Ask } from "../../parts/ask.ts";
import { FormState } from "../../parts/schema-form/form-state.ts";
import { SchemaForm } from "../../parts/schema-form/schema-form.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { durationText } from "../../parts/time-text.ts";
import { placeOf } from "../../route.ts";
import type { Forecast, Mistake, Procedure, Run } from "../../runs/shapes.ts";
import { Mistakes } from "./document.tsx";
import { mistakesIn } from "./upload.tsx";

interface Props {
  readonly procedure: Procedure;
  /** What is wrong with it, for who shows its text. */
  readonly mistakes: Signal<readonly Mistake[]>;
}

/** What may be chosen for a run, what it would come to, and its beginning. */
export function StartForm({ procedure: { name, version, parameters }, mistakes }: Props): JSX.Element {
  const bench = useBench();
  const form = useMemo(() => new FormState(schemaOf(parameters)), [parameters]);
  const ask = useMemo(() => new Ask(bench), [bench]);
  const foretold = useSignal<Forecast | undefined>(undefined);
  const said = useSignal("");
  const foretelling = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => foretelling.current?.abort(), []);
  const wanted = (values: unknown) => ({ procedure: `${name}@${version}`, parameters: values });
  const tryOut = async () => {
    const read = form.submit();
    if (!read) return;
    foretelling.current?.abort();
    const leaving = new AbortController();
    foretelling.current = leaving;
    said.value = "Going through it with simulated devices: that may take a minute…";
    foretold.value = undefined;
    try {
      const body = { ...wanted(read.value), dryRun: true };
      const answer = await bench.connection.request("POST", "/gateway/runs", { body, signal: leaving.signal });
      foretold.value = answer.body as Forecast;
      mistakes.value = foretold.value.mistakes;
      said.value = foretoldText(foretold.value);
    } catch (error) {
      if (leaving.signal.aborted) return;
      mistakes.value = mistakesIn(error);
      said.value = refusalOf(error);
    }
  };
  const start = async (values: unknown) => {
    const answer = await ask.send("POST", "/gateway/runs", { body: wanted(values), busy: "Beginning…" });
    if (answer) window.location.hash = placeOf("runs", (answer.body as Run).id).slice(1);
    else form.refuse(ask.now.peek().fields);
  };
  return (
    <section class="card stack tight">
      <h2>Run it</h2>
      {Object.keys(parameters).length === 0 && <p class="soft">There is nothing to choose.</p>}
      <SchemaForm
        form={form}
        name="Parameters"
        submit="Run"
        asked={ask.now.value}
        onSubmit={(values) => void start(values)}
      >
        <button type="button" onClick={() => void tryOut()}>
          Try it out first
        </button>
      </SchemaForm>
      <p role="status">{said}</p>
      <Mistakes mistakes={mistakes.value} />
      {foretold.value && foretold.value.steps.length > 0 && <Steps forecast={foretold.value} />}
    </section>
  );
}

const schemaOf = (properties: Procedure["parameters"]): Schema => ({
  type: "object",
  properties,
  required: Object.keys(properties),
});

function foretoldText({ durationMs, mistakes }: Forecast): string {
  if (mistakes.length > 0) return "It cannot be run like that.";
  return `It can be run: it takes about ${durationText(durationMs)}, and the time that people take.`;
}

type ForetoldStep = Forecast["steps"][number];

const columns: readonly Column<ForetoldStep>[] = [
  { title: "Step", of: ({ path }) => path },
  { title: "Line", of: ({ line }) => line, as: "number" },
  { title: "Begins after", of: ({ startMs }) => durationText(startMs), as: "number" },
  { title: "Takes", of: ({ durationMs }) => durationText(durationMs), as: "number" },
  { title: "Times", of: ({ times }) => times, as: "number" },
];

function Steps({ forecast }: { readonly forecast: Forecast }): JSX.Element {
  return (
    <details>
      <summary>Step by step</summary>
      <Table
        caption="What is foretold"
        columns={columns}
        rows={forecast.steps.slice(0, 1000)}
        keyOf={({ path }) => path}
        empty=""
      />
    </details>
  );
}

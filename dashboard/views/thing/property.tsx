import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useId, useMemo } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import type { PropertyAffordance, Schema } from "../../bench/shapes.ts";
import { Ask } from "../../parts/ask.ts";
import { titleOf } from "../../parts/schema-form/field-props.ts";
import { FormState } from "../../parts/schema-form/form-state.ts";
import { SchemaForm } from "../../parts/schema-form/schema-form.tsx";
import { Time } from "../../parts/time.tsx";
import { Value } from "../../parts/value.tsx";
import { shortened, valueText } from "../../parts/value-text.ts";
import { useInTheWay } from "./interlocked.tsx";
import { Plot } from "./plot.tsx";
import type { Readings, Shown } from "./readings.ts";

interface Props {
  readonly thing: string;
  readonly name: string;
  readonly property: PropertyAffordance;
  readonly readings: Readings;
  readonly mayOperate: boolean;
}

/** A property: its value, when that was read, and what can be done with it. */
export function Property({ thing, name, property, readings, mayOperate }: Props): JSX.Element | null {
  const edits = useSignal(false);
  const plots = useSignal(false);
  const shown = readings.of(name);
  if (!shown) return null;
  const writable = property.readOnly !== true && mayOperate;
  const title = titleOf(property, name);
  return (
    <li class="property">
      <div class="property-line">
        <div class="property-name" title={name}>
          {title}
        </div>
        <Now shown={shown} property={property} />
        <div class="property-actions">
          {isNumeric(property) && (
            <button type="button" class="quiet" aria-pressed={plots.value} onClick={() => (plots.value = !plots.value)}>
              Plot<span class="unseen"> {title}</span>
            </button>
          )}
          {writable && (
            <button
              type="button"
              class="quiet"
              aria-expanded={edits.value}
              onClick={() => (edits.value = !edits.value)}
            >
              {edits.value ? "Leave" : "Change"}
              <span class="unseen"> {title}</span>
            </button>
          )}
          <button
            type="button"
            class="quiet"
            aria-disabled={shown.busy.value}
            onClick={() => void readings.read([name])}
          >
            Read<span class="unseen"> {title} again</span>
          </button>
        </div>
      </div>
      {property.description !== undefined && property.description !== title && (
        <p class="hint">{shortened(property.description, 500)}</p>
      )}
      {shown.failed.value !== "" && (
        <p class="problem small">It could not be read: {shortened(shown.failed.value, 500)}</p>
      )}
      {edits.value && <Editor {...{ thing, name, property, shown }} onDone={() => (edits.value = false)} />}
      {plots.value && <Plot thing={thing} property={name} />}
    </li>
  );
}

function Now({ shown, property }: { readonly shown: Shown; readonly property: Schema }): JSX.Element {
  const last = shown.last.value;
  if (!last) return <div class="property-value soft">{shown.busy.value ? "reading…" : "not read yet"}</div>;
  return (
    <div class="property-value">
      <Value value={last.value} schema={property} stale={shown.stale.value} />
      <span class="soft small">
        {shown.stale.value && "was so at "}
        <Time at={last.at} />
      </span>
    </div>
  );
}

const isNumeric = ({ type, oneOf = [], observable }: PropertyAffordance): boolean =>
  observable === true && [type, ...oneOf.map((one) => one.type)].some((one) => one === "number" || one === "integer");

interface EditorProps {
  readonly thing: string;
  readonly name: string;
  readonly property: PropertyAffordance;
  readonly shown: Shown;
  readonly onDone: () => void;
}

function Editor({ thing, name, property, shown, onDone }: EditorProps): JSX.Element {
  const bench = useBench();
  const ask = useMemo(() => new Ask(bench), [bench]);
  // Its name stands above it already, and so does what it is.
  const form = useMemo(() => {
    const { description: _, ...schema } = property;
    return new FormState({ ...schema, title: "New value" }, shown.last.peek()?.value);
  }, [property, shown]);
  const noteId = useId();
  const inTheWay = useInTheWay(thing);
  const note =
    inTheWay === "" ? undefined : (
      <p id={noteId} class="small warn-words">
        {inTheWay} in the way, unless this has to do with another output only.
      </p>
    );
  const path = () => `${bench.about.peek()?.prefix ?? ""}/${encodeURIComponent(thing)}/${encodeURIComponent(name)}`;
  const write = async (value: unknown) => {
    if (await ask.send("PUT", path(), { body: value, busy: "Writing…" })) onDone();
    else form.refuse(ask.now.peek().fields);
  };
  const reset = async () => {
    if (await ask.send("POST", `${path()}/reset`, { busy: "Writing…" })) onDone();
  };
  return (
    <SchemaForm
      form={form}
      name="New value"
      submit="Write"
      asked={ask.now.value}
      {...{ note, noteId }}
      onSubmit={(value) => void write(value)}
    >
      {"default" in property && (
        <button type="button" onClick={() => void reset()}>
          Back to {valueText(property.default, property)}
        </button>
      )}
    </SchemaForm>
  );
}

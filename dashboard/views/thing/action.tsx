import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useId, useMemo } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import type { ActionAffordance, Schema } from "../../bench/shapes.ts";
import { Ask } from "../../parts/ask.ts";
import { AskedNote } from "../../parts/asked-note.tsx";
import { titleOf } from "../../parts/schema-form/field-props.ts";
import { FormState } from "../../parts/schema-form/form-state.ts";
import { SchemaForm } from "../../parts/schema-form/schema-form.tsx";
import { shortened } from "../../parts/value-text.ts";
import { useInTheWay } from "./interlocked.tsx";

interface Props {
  readonly thing: string;
  readonly name: string;
  readonly action: ActionAffordance;
  /** The input of an invocation that is to be done once more; nothing is begun by that. */
  readonly given: { readonly value: unknown } | undefined;
  readonly mayOperate: boolean;
  readonly onBegun: (id: string) => void;
}

const nothing: Schema = { type: "object", properties: {} };

/** An action: a button, and a form for what it wants to know. */
export function Action({ thing, name, action, given, mayOperate, onBegun }: Props): JSX.Element {
  const bench = useBench();
  const ask = useMemo(() => new Ask(bench), [bench]);
  const form = useMemo(() => new FormState({ ...(action.input ?? nothing), title: "Input" }), [action]);
  const open = useSignal(false);
  const noteId = useId();
  const inTheWay = useInTheWay(thing);
  // It may be tried: what the page knows may be old, and the gateway decides.
  const note = inTheWay !== "" && !action.safe && (
    <p id={noteId} class="small warn-words">
      {inTheWay} in the way: expect the gateway to refuse it.
    </p>
  );
  const submit = note ? "Begin (interlocked)" : "Begin";
  useEffect(() => {
    if (!given) return;
    form.fill(given.value ?? undefined);
    open.value = true;
  }, [given, form]);
  const title = titleOf(action, name);
  const begin = async (body: unknown) => {
    const path = `${bench.about.peek()?.prefix ?? ""}/${encodeURIComponent(thing)}/${encodeURIComponent(name)}`;
    const headers = { prefer: "respond-async" };
    const answer = await ask.send("POST", path, { body, headers, busy: "Asking for it…" });
    if (answer) onBegun(String((answer.body as { readonly id?: unknown } | undefined)?.id ?? ""));
    else form.refuse(ask.now.peek().fields);
  };
  const about = action.description !== undefined && action.description !== title && (
    <p class="hint">{shortened(action.description, 500)}</p>
  );
  if (!mayOperate)
    return (
      <li class="action">
        <span class="action-name">{title}</span>
        {about}
      </li>
    );
  if (!action.input)
    return (
      <li class="action">
        <div class="action-line">
          <span class="action-name">{title}</span>
          <button
            type="button"
            aria-disabled={ask.now.value.state === "busy"}
            aria-describedby={note ? noteId : undefined}
            onClick={() => void begin(undefined)}
          >
            {submit}
            <span class="unseen"> {title}</span>
          </button>
        </div>
        {about}
        {note}
        <AskedNote asked={ask.now.value} />
      </li>
    );
  return (
    <li class="action">
      <details
        open={open.value}
        onToggle={(event) => {
          open.value = event.currentTarget.open;
        }}
      >
        <summary>
          <span class="action-name">{title}</span> {note && <span class="badge warn">interlocked</span>}
        </summary>
        <div class="stack tight">
          {about}
          <SchemaForm
            {...{ form, submit, name: "Input", asked: ask.now.value, note: note || undefined, noteId }}
            onSubmit={(it) => void begin(it)}
          />
        </div>
      </details>
    </li>
  );
}

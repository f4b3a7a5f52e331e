import type { ComponentChildren, JSX } from "preact";
import { useRef } from "preact/hooks";
import type { Asked } from "../ask.ts";
import { AskedNote } from "../asked-note.tsx";
import { Field } from "./field.tsx";
import type { FormState } from "./form-state.ts";

interface Props {
  readonly form: FormState;
  /** What the field is called, when there is only one. */
  readonly name: string;
  /** On its button. */
  readonly submit: string;
  readonly asked: Asked;
  /** What to know before it is pressed: an element of that id. */
  readonly note?: JSX.Element | undefined;
  readonly noteId?: string | undefined;
  /** Takes what fits. */
  readonly onSubmit: (value: unknown) => void;
  /** Beside the button. */
  readonly children?: ComponentChildren;
}

/** A form made of a schema. What is wrong is told at its fields, and what stands in them stays. */
export function SchemaForm({ form, name, submit, asked, note, noteId, onSubmit, children }: Props): JSX.Element {
  const element = useRef<HTMLFormElement>(null);
  const send = (event: Event) => {
    event.preventDefault();
    const read = form.submit();
    if (read) onSubmit(read.value);
    // Once it is drawn.
    else setTimeout(() => element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  const busy = asked.state === "busy";
  return (
    <form ref={element} class="schema-form stack tight" noValidate onSubmit={send}>
      <Field
        {...{ form, name, schema: form.schema, draft: form.draft.value, needed: true, at: "" }}
        onDraft={(draft, at) => form.change(draft, at)}
      />
      {note}
      <div class="row">
        <button type="submit" class="primary" aria-disabled={busy} aria-describedby={note && noteId}>
          {submit}
        </button>
        {children}
      </div>
      <AskedNote asked={asked} />
    </form>
  );
}

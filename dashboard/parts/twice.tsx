import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";

interface Props {
  /** On the button that is pressed first. */
  readonly title: string;
  /** What is asked then. */
  readonly question: ComponentChildren;
  /** On the button that does it. */
  readonly yes: string;
  readonly busy: boolean;
  readonly onYes: () => void;
}

/** A button that asks once more, where what it does is not undone by a second press. */
export function Twice({ title, question, yes, busy, onYes }: Props): JSX.Element {
  const asked = useSignal(false);
  const ask = (now: boolean) => () => {
    asked.value = now;
  };
  if (!asked.value)
    return (
      <button type="button" disabled={busy} onClick={ask(true)}>
        {title}
      </button>
    );
  return (
    <fieldset class="twice">
      <legend>{title.replace(/…$/, "?")}</legend>
      <div class="stack tight">
        <div>{question}</div>
        <div class="row">
          <button
            type="button"
            class="danger"
            disabled={busy}
            ref={focused}
            onClick={() => {
              asked.value = false;
              onYes();
            }}
          >
            {yes}
          </button>
          <button type="button" onClick={ask(false)}>
            No
          </button>
        </div>
      </div>
    </fieldset>
  );
}

/** The button that was pressed is gone: who uses the keyboard is taken along. */
const focused = (button: HTMLButtonElement | null) => button?.focus();

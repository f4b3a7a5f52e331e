import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { StopButton } from "../frame/stop-button.tsx";
import { StopReport } from "../frame/stop-report.tsx";

interface Props {
  readonly title: string;
  /** Escape, or the button: take it off the page. */
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/**
 * Over everything else, until it is closed; the focus is kept in it, and goes back to where it was. It is there as long as
 * it is drawn. What lies below cannot be pressed meanwhile, so it has a stop of its own.
 */
export function Dialog({ title, onClose, children }: Props): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div class="stack">
        <div class="row apart">
          <h2 id={id}>{title}</h2>
          <button type="button" class="quiet" onClick={onClose}>
            Close
          </button>
        </div>
        {children}
        <StopButton />
        <StopReport />
      </div>
    </dialog>
  );
}

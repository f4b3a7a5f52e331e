import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { panned, spanned, spans, zoomed } from "../../timeline/viewport.ts";
import type { Looking } from "./looking.ts";

interface Props {
  readonly looking: Looking;
  /** Only lanes with something in them. */
  readonly busy?: Signal<boolean>;
}

/** Which stretch of time is looked at. */
export function Controls({ looking, busy }: Props): JSX.Element {
  const { view, edge } = looking;
  const { spanMs, until } = view.value;
  const scroll = (share: number) => {
    view.value = panned(view.peek(), share * view.peek().spanMs, edge());
  };
  const zoom = (by: 1 | -1) => {
    view.value = zoomed(view.peek(), by, edge());
  };
  return (
    <div class="row tl-controls" role="toolbar" aria-label="What is looked at">
      <button type="button" aria-label="Back in time" onClick={() => scroll(-0.5)}>
        ◀
      </button>
      <button type="button" aria-label="Forward in time" disabled={until === null} onClick={() => scroll(0.5)}>
        ▶
      </button>
      <button type="button" aria-label="A shorter time" disabled={spanMs <= spans[0][0]} onClick={() => zoom(-1)}>
        +
      </button>
      <button type="button" aria-label="A longer time" disabled={spanMs >= spans[5][0]} onClick={() => zoom(1)}>
        −
      </button>
      <select
        aria-label="How long a time"
        value={String(spanMs)}
        onChange={(event) => {
          view.value = spanned(view.peek(), Number(event.currentTarget.value), edge());
        }}
      >
        {spans.map(([ms, text]) => (
          <option key={ms} value={String(ms)}>
            {text}
          </option>
        ))}
      </select>
      <button
        type="button"
        aria-pressed={until === null}
        onClick={() => {
          view.value = { spanMs, until: until === null ? edge() : null };
        }}
      >
        {until === null ? "Live" : "Paused: go to now"}
      </button>
      {busy && (
        <label class="tick">
          <input
            type="checkbox"
            checked={busy}
            onChange={(event) => {
              busy.value = event.currentTarget.checked;
            }}
          />
          Only what was used
        </label>
      )}
    </div>
  );
}

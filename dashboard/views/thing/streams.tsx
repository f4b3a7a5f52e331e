import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Bench } from "../../bench/bench.ts";
import { useBench } from "../../bench/context.ts";
import { refusalOf } from "../../bench/load.ts";

interface Props {
  readonly thing: string;
  readonly name: string;
  readonly title: string;
}

/** Between two pictures, and after a failure; ms. */
const pauseMs = 200;
const afterFailureMs = 3000;

/** What a camera sees: one picture after the other, as long as somebody can see them. */
export function Stream({ thing, name, title }: Props): JSX.Element {
  const bench = useBench();
  const shown = useSignal<string | undefined>(undefined);
  const failed = useSignal("");
  const paused = useSignal(false);
  const off = paused.value;
  useEffect(() => {
    if (off) return;
    const leaving = new AbortController();
    const path = `${bench.about.peek()?.prefix ?? ""}/${encodeURIComponent(thing)}/${encodeURIComponent(name)}`;
    void pictures(bench, path, leaving.signal, (blob, why) => {
      failed.value = why;
      if (!blob) return;
      const before = shown.peek();
      shown.value = URL.createObjectURL(blob);
      if (before !== undefined) URL.revokeObjectURL(before);
    });
    return () => leaving.abort();
  }, [bench, thing, name, off]);
  useEffect(
    () => () => {
      if (shown.peek() !== undefined) URL.revokeObjectURL(String(shown.peek()));
    },
    [shown],
  );
  const stale = off || failed.value !== "";
  return (
    <figure class="stream">
      {shown.value === undefined ? (
        <p class="soft">No picture yet.</p>
      ) : (
        <img src={shown.value} alt={title} class={stale ? "stale" : undefined} />
      )}
      <figcaption class="row">
        {title}
        <button type="button" class="quiet" aria-pressed={off} onClick={() => (paused.value = !off)}>
          {off ? "Go on" : "Pause"}
        </button>
        <span role="status" class="problem small">
          {failed}
        </span>
      </figcaption>
    </figure>
  );
}

async function pictures(
  bench: Bench,
  path: string,
  signal: AbortSignal,
  show: (blob: Blob | undefined, why: string) => void,
) {
  while (!signal.aborted) {
    let wait = pauseMs;
    try {
      if (!document.hidden) {
        const response = await bench.connection.open(path, { query: { frames: 1 }, signal });
        const blob = await response.blob();
        if (!signal.aborted) show(blob, "");
      }
    } catch (error) {
      if (signal.aborted) return;
      wait = afterFailureMs;
      show(undefined, refusalOf(error));
    }
    await new Promise((go) => setTimeout(go, wait));
  }
}

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Bench } from "../bench/bench.ts";
import { refusalOf } from "../bench/load.ts";
import type { ThingDescription } from "../bench/shapes.ts";

/** What a Thing offers. It may be another after it was opened again, so that it is read again then, and after each gap. */
export function useDescription(bench: Bench, thing: string) {
  const found = useSignal<ThingDescription | undefined>(undefined);
  const failed = useSignal("");
  const about = bench.about.value;
  const ready = bench.things.value.get(thing)?.state.value === "ready";
  useEffect(() => {
    if (!about || thing === "") return;
    const leaving = new AbortController();
    bench.connection.get(`${about.prefix}/${encodeURIComponent(thing)}/`, { signal: leaving.signal }).then(
      (told) => {
        // What is the same is drawn as it was, with all that stands in its forms.
        if (JSON.stringify(told) !== JSON.stringify(found.peek())) found.value = told as ThingDescription;
        failed.value = "";
      },
      (error: unknown) => {
        if (!leaving.signal.aborted) failed.value = refusalOf(error);
      },
    );
    return () => leaving.abort();
  }, [bench, thing, about, ready]);
  return { description: found.value, failed: failed.value };
}

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Bench } from "../../bench/bench.ts";
import { useBench } from "../../bench/context.ts";
import { refusalOf } from "../../bench/load.ts";
import type { ThingDescription } from "../../bench/shapes.ts";
import type { ThingState } from "../../bench/thing-state.ts";
import { Prompts } from "../../parts/prompt-form.tsx";
import { ThingHead } from "./thing-head.tsx";
import { ThingParts } from "./thing-parts.tsx";

/** A Thing, made from its Thing Description alone. */
export function ThingView({ rest: [name = ""] }: { readonly rest: readonly string[] }): JSX.Element {
  const bench = useBench();
  const thing = bench.things.value.get(name);
  if (bench.about.value === undefined) return <p role="status">Loading…</p>;
  if (!thing) return <p>There is no Thing of that name, or you may not see it.</p>;
  return <Known key={name} thing={thing} />;
}

function Known({ thing }: { readonly thing: ThingState }): JSX.Element {
  const bench = useBench();
  const { description, failed } = useDescription(bench, thing);
  const mine = useMemo(() => (things: readonly string[]) => things.includes(thing.name), [thing]);
  return (
    <div class="stack thing-page">
      <ThingHead thing={thing} description={description} />
      <Prompts of={({ things, invocation }) => mine(things) || invocation.thing === thing.name} />
      {failed !== "" && (
        <p class="notice bad" role="alert">
          What it offers could not be read: {failed}
        </p>
      )}
      {description && <ThingParts thing={thing} description={description} />}
    </div>
  );
}

/** What a Thing offers. It may be another after it was opened again, so that it is read again then, and after each gap. */
function useDescription(bench: Bench, thing: ThingState) {
  const found = useSignal<ThingDescription | undefined>(undefined);
  const failed = useSignal("");
  const about = bench.about.value;
  const ready = thing.state.value === "ready";
  useEffect(() => {
    const leaving = new AbortController();
    bench.connection.get(`${about?.prefix ?? ""}/${encodeURIComponent(thing.name)}/`, { signal: leaving.signal }).then(
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

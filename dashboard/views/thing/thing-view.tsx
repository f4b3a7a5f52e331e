import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import type { ThingState } from "../../bench/thing-state.ts";
import { useDescription } from "../../parts/description.ts";
import { Prompts } from "../../parts/prompts.tsx";
import { ThingFaults } from "../../thing-parts/thing-faults.tsx";
import { ThingLease } from "../../thing-parts/thing-lease.tsx";
import { ThingQuarantine } from "../../thing-parts/thing-quarantine.tsx";
import { Interlocked } from "./interlocked.tsx";
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
  const { description, failed } = useDescription(bench, thing.name);
  const mine = useMemo(() => (things: readonly string[]) => things.includes(thing.name), [thing]);
  return (
    <div class="stack thing-page">
      <ThingHead thing={thing} description={description} />
      <ThingQuarantine thing={thing.name} />
      <Interlocked thing={thing.name} />
      <Prompts of={({ things, invocation }) => mine(things) || invocation.thing === thing.name} />
      {failed !== "" && (
        <p class="notice bad" role="alert">
          What it offers could not be read: {failed}
        </p>
      )}
      {description && <ThingParts thing={thing} description={description} />}
      <section class="card stack tight">
        <h2>For yourself</h2>
        <ThingLease thing={thing.name} />
      </section>
      <ThingFaults thing={thing.name} />
    </div>
  );
}

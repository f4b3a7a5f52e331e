import type { JSX } from "preact";
import type { InvocationState } from "../../bench/invocation-state.ts";
import { placeOfInvocation } from "../../parts/invocation/place.ts";
import { Progress } from "../../parts/progress.tsx";
import { StateMark } from "../../parts/state-mark.tsx";
import { useTold } from "../../parts/use-told.ts";
import { shortened } from "../../parts/value-text.ts";

/** A run that goes on, with what it does right now; the rest is on its own page. */
export function RunLine({ one }: { readonly one: InvocationState }): JSX.Element {
  const { title } =
    useTold<{ readonly title?: string }>(`/gateway/runs/${encodeURIComponent(one.id)}`).value.value ?? {};
  const now = one.steps.value.filter(({ status }) => status === "running");
  return (
    <article class="card stack tight">
      <div class="row">
        <a href={placeOfInvocation(one)}>{shortened(title ?? "A run", 100)}</a>
        <StateMark state={one.told.value.status} />
        <span class="soft small">{now.map(({ thing, action }) => `${thing} ${action}`).join(", ")}</span>
      </div>
      <Progress progress={one.progress.value} since={one.since.value} label="the run" even={false} />
    </article>
  );
}

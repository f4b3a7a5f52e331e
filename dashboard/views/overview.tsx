import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useBench } from "../bench/context.ts";
import { doingOf } from "../bench/doing.ts";
import { isLost } from "../bench/troubles.ts";
import { Prompts } from "../parts/prompts.tsx";
import { useDescriptions } from "../parts/use-descriptions.ts";
import { RunLine } from "./overview/run-line.tsx";
import { ThingCard } from "./overview/thing-card.tsx";
import { Troubles } from "./overview/troubles.tsx";

/** More Things than that are looked for by their names. */
const manyThings = 12;

/** All Things, how each is, and what it is doing; and first what somebody has to look after. */
export function Overview(): JSX.Element {
  const { about, things, invocations } = useBench();
  const descriptions = useDescriptions();
  const wanted = useSignal("");
  const doing = useComputed(() => doingOf(invocations.value.values()));
  const runs = useComputed(() =>
    [...invocations.value.values()].filter((one) => one.thing === "gateway" && !one.ended),
  );
  const words = wanted.value.trim().toLowerCase();
  const all = [...things.value.values()];
  const shown = all.filter(({ name, title, state }) =>
    `${name} ${title.value} ${state.value}`.toLowerCase().includes(words),
  );
  const lost = all.filter(({ state }) => isLost(state.value)).length;
  return (
    <div class="stack">
      <div class="row apart">
        <div class="row">
          <h1>Bench</h1>
          {all.length > manyThings && lost > 0 && about.value?.safeMode === null && (
            <span class="badge bad">
              {lost} of {all.length} not ready
            </span>
          )}
        </div>
        {all.length > manyThings && (
          <label class="row small">
            Find
            <input
              type="search"
              value={wanted.value}
              onInput={({ currentTarget }) => {
                wanted.value = currentTarget.value;
              }}
            />
          </label>
        )}
      </div>
      <Prompts />
      <Troubles />
      {runs.value.map((one) => (
        <RunLine key={one.id} one={one} />
      ))}
      {about.value === undefined && <p role="status">Reading how the bench is…</p>}
      {about.value && all.length === 0 && <p>There are no Things here, or none that you may see.</p>}
      {words !== "" && shown.length === 0 && <p role="status">No Thing is called that, or is like that.</p>}
      <ul class="cards things">
        {shown.map((thing) => (
          <ThingCard
            key={thing.name}
            thing={thing}
            doing={doing.value(thing.name)}
            description={descriptions.all?.[thing.name]}
          />
        ))}
      </ul>
    </div>
  );
}

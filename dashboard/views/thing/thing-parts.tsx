import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import { doingOf } from "../../bench/doing.ts";
import { may } from "../../bench/may.ts";
import type { ThingDescription } from "../../bench/shapes.ts";
import type { ThingState } from "../../bench/thing-state.ts";
import { CancelButton } from "../../parts/invocation/cancel-button.tsx";
import { nameOf, placeOfInvocation } from "../../parts/invocation/place.ts";
import { InvocationCard } from "../../parts/invocation-card.tsx";
import { Action } from "./action.tsx";
import { useInputToRepeat } from "./again.ts";
import { HappenedList } from "./happened.tsx";
import { Property } from "./property.tsx";
import { Readings } from "./readings.ts";
import { Stream } from "./streams.tsx";

interface Props {
  readonly thing: ThingState;
  readonly description: ThingDescription;
}

/** Of those that have ended so many are shown, the latest. */
const maxEnded = 3;
const maxGoing = 10;

/** All that a Thing offers, and what it is doing. */
export function ThingParts({ thing, description }: Props): JSX.Element {
  const bench = useBench();
  const readings = useMemo(() => new Readings(bench, thing, description), [bench, thing, description]);
  useEffect(() => readings.watch(), [readings]);
  const again = useInputToRepeat(bench);
  const { properties = {}, actions = {}, events = {}, "benchd:streams": streams = {} } = description;
  const begun = useSignal("");
  const offered = Object.entries(actions).filter(([name]) => name !== "stop");
  const shared = { thing: thing.name, readings, mayOperate: may(bench.about.value, "operate", thing.name) };
  return (
    <div class="thing-columns">
      <Doing thing={thing.name} actions={actions} />
      <div class="stack main-column">
        {Object.entries(streams).map(([name, { title }]) => (
          <Stream key={name} thing={thing.name} name={name} title={title ?? name} />
        ))}
        {Object.keys(properties).length > 0 && (
          <section class="card">
            <div class="row apart">
              <h2>Properties</h2>
              <button type="button" class="quiet" onClick={() => void readings.read(Object.keys(properties))}>
                Read all again
              </button>
            </div>
            <ul class="plain properties">
              {Object.entries(properties).map(([name, property]) => (
                <Property key={name} {...shared} name={name} property={property} />
              ))}
            </ul>
          </section>
        )}
        {Object.keys(events).length > 0 && (
          <section class="card stack tight">
            <h2>Events</h2>
            <HappenedList thing={thing.name} events={events} />
          </section>
        )}
      </div>
      {offered.length > 0 && (
        <section class="card">
          <h2>Actions</h2>
          {!shared.mayOperate && <p class="soft">To begin one, or change a property, a token for operate is needed.</p>}
          <ul class="plain actions">
            {offered.map(([name, action]) => (
              <Action
                mayOperate={shared.mayOperate}
                {...{ name, action, thing: thing.name }}
                key={name}
                given={again?.action === name ? again : undefined}
                onBegun={() => {
                  begun.value = `${action.title ?? name} was asked for.`;
                }}
              />
            ))}
          </ul>
          <p role="status" class="unseen">
            {begun}
          </p>
        </section>
      )}
    </div>
  );
}

/** What goes on, what waits, and what has ended last. */
function Doing({
  thing,
  actions,
}: {
  readonly thing: string;
  readonly actions: NonNullable<ThingDescription["actions"]>;
}) {
  const { invocations } = useBench();
  const all = [...invocations.value.values()].filter((one) => one.thing === thing);
  const going = all.filter(({ ended }) => !ended);
  const { used } = doingOf(invocations.value.values())(thing);
  const ended = all.filter((one) => one.ended).slice(-maxEnded);
  return (
    <section class="doing stack tight" aria-label="What it is doing">
      <h2>{going.length + used.length === 0 ? "Nothing goes on" : "What goes on"}</h2>
      {used.map(({ by, step }) => (
        <div key={`${by.id} ${step.n}`} class="card stack tight">
          <p>
            {step.action}, as a step of <a href={placeOfInvocation(by)}>{nameOf(by)}</a>
          </p>
          <CancelButton one={by} whole />
        </div>
      ))}
      {going.length > maxGoing && <p class="soft small">{going.length - maxGoing} more wait.</p>}
      {[...going.slice(0, maxGoing), ...ended.reverse()].map((one) => (
        <InvocationCard key={one.id} one={one} ofThing output={actions[one.action]?.output} />
      ))}
    </section>
  );
}

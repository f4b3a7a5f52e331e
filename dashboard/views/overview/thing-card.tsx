import type { JSX } from "preact";
import { useBench } from "../../bench/context.ts";
import type { Doing } from "../../bench/doing.ts";
import type { ThingDescription } from "../../bench/shapes.ts";
import type { ThingState } from "../../bench/thing-state.ts";
import { nameOf, placeOfInvocation } from "../../parts/invocation/place.ts";
import { Progress } from "../../parts/progress.tsx";
import { StateMark } from "../../parts/state-mark.tsx";
import { Time } from "../../parts/time.tsx";
import { Value } from "../../parts/value.tsx";
import { shortened } from "../../parts/value-text.ts";
import { placeOf } from "../../route.ts";

interface Props {
  readonly thing: ThingState;
  readonly doing: Doing;
  /** Undefined until it is known. */
  readonly description: ThingDescription | undefined;
}

/** A Thing at a glance: how it is, what it does, who has it, and what it tells of by itself. */
export function ThingCard({ thing, doing, description }: Props): JSX.Element {
  const reason = thing.reason.value;
  const idle = doing.running.length + doing.used.length + doing.waiting === 0;
  return (
    <li class={`card thing-card stack tight${idle ? "" : " works"}`}>
      <div class="row apart">
        <h2>
          <a href={placeOf("things", thing.name)}>{shortened(thing.title.value, 100)}</a>
        </h2>
        <StateMark state={thing.state.value} />
      </div>
      {reason !== null && <p class="small problem">{shortened(reason, 300)}</p>}
      <Work doing={doing} />
      <Leased thing={thing.name} />
      <Told thing={thing} description={description} />
    </li>
  );
}

function Work({ doing: { running, used, waiting } }: { readonly doing: Doing }): JSX.Element {
  return (
    <>
      {running.map((one) => (
        <div key={one.id}>
          <a href={placeOfInvocation(one)}>{one.action}</a>
          <Progress progress={one.progress.value} since={one.since.value} label={`${one.thing} ${one.action}`} />
        </div>
      ))}
      {used.map(({ by, step }) => (
        <p key={`${by.id} ${step.n}`} class="small">
          {step.action}, for <a href={placeOfInvocation(by)}>{nameOf(by)}</a>
        </p>
      ))}
      {waiting > 0 && (
        <p class="soft small">{waiting === 1 ? "one waits for its turn" : `${waiting} wait for their turn`}</p>
      )}
    </>
  );
}

function Leased({ thing }: { readonly thing: string }): JSX.Element | null {
  const lease = useBench().leases.value.find(({ things }) => things.includes(thing));
  if (!lease) return null;
  return (
    <p class="small leased">
      Leased to {shortened(lease.holder, 60)}
      {lease.until !== null && (
        <>
          {" "}
          until <Time at={lease.until} />
        </>
      )}
      {lease.note ? `: ${shortened(lease.note, 120)}` : ""}
    </p>
  );
}

/** More of them are on its own page. */
const maxTold = 3;

function Told({ thing, description }: Omit<Props, "doing">): JSX.Element | null {
  const { link } = useBench();
  const { properties = {} } = description ?? {};
  const shown = thing.tells.value
    .filter((name) => Object.hasOwn(properties, name))
    .map((name) => ({ name, schema: properties[name] ?? {}, reading: thing.reading(name).value }))
    .filter(({ reading }) => reading && !reading.omitted && typeof reading.value !== "object")
    .slice(0, maxTold);
  if (shown.length === 0) return null;
  return (
    <dl class="facts small">
      {shown.map(({ name, schema, reading }) => (
        <div key={name}>
          <dt>{shortened(schema.title ?? name, 60)}</dt>
          <dd>
            <Value value={reading?.value} schema={schema} stale={link.value.state !== "live"} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

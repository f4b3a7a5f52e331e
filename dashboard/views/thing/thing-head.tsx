import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import { may } from "../../bench/may.ts";
import type { ThingDescription } from "../../bench/shapes.ts";
import type { ThingState } from "../../bench/thing-state.ts";
import { Ask } from "../../parts/ask.ts";
import { AskedNote } from "../../parts/asked-note.tsx";
import { StateMark } from "../../parts/state-mark.tsx";
import { shortened, valueText } from "../../parts/value-text.ts";
import { placeOf } from "../../route.ts";

interface Props {
  readonly thing: ThingState;
  readonly description: ThingDescription | undefined;
}

/** What is out of order has a notice of its own. */
const isInOrder = (state: string) => state === "ready" || state === "opening";

/** What it is, how it is, and what stops it. */
export function ThingHead({ thing, description }: Props): JSX.Element {
  const { about: gateway } = useBench();
  const { name } = thing;
  const reason = thing.reason.value;
  const about = description?.description;
  return (
    <header class="stack tight">
      <div class="row apart">
        <div class="row">
          <h1>{thing.title}</h1>
          <StateMark state={thing.state.value} />
        </div>
        {description?.actions?.["stop"] && may(gateway.value, "operate", name) && <StopThing name={name} />}
      </div>
      {reason !== null && isInOrder(thing.state.value) && <p class="soft">{shortened(reason, 1000)}</p>}
      <p class="row small">
        <code>{name}</code>
        {about !== undefined && <span class="soft">{shortened(about, 500)}</span>}
        <a href={`${placeOf("history")}?thing=${encodeURIComponent(name)}`}>History</a>
        <a href={placeOf("traffic", name)}>Traffic</a>
        <a href={`${placeOf("timeline")}?thing=${encodeURIComponent(name)}`}>Timeline</a>
      </p>
      <Metadata of={thing.metadata.value} />
    </header>
  );
}

/** `stop` is there wherever a driver can stop its device. Each press counts. */
function StopThing({ name }: { readonly name: string }): JSX.Element {
  const bench = useBench();
  const ask = useMemo(() => new Ask(bench), [bench]);
  const press = () => {
    const path = `${bench.about.peek()?.prefix ?? ""}/${encodeURIComponent(name)}/stop`;
    void ask.send("POST", path, { again: "harmless", headers: { prefer: "respond-async" }, busy: "Stopping…" });
  };
  return (
    <div class="row">
      <AskedNote asked={ask.now.value} />
      <button type="button" class="danger" onClick={press}>
        Stop this Thing
      </button>
    </div>
  );
}

const maxFacts = 30;

function Metadata({ of }: { readonly of: ThingState["metadata"]["value"] }): JSX.Element | null {
  const facts = Object.entries(of).filter(([, value]) => value !== null);
  if (facts.length === 0) return null;
  return (
    <dl class="row small metadata">
      {facts.slice(0, maxFacts).map(([name, value]) => (
        <div key={name}>
          <dt>{shortened(name, 60)}</dt> <dd>{valueText(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

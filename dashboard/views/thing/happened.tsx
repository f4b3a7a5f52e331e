import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import type { ThingDescription } from "../../bench/shapes.ts";
import { titleOf } from "../../parts/schema-form/field-props.ts";
import { Time } from "../../parts/time.tsx";
import { Value } from "../../parts/value.tsx";

const maxKept = 20;

interface Props {
  readonly thing: string;
  readonly events: NonNullable<ThingDescription["events"]>;
}

interface Happened {
  readonly number: number;
  readonly at: string;
  readonly name: string;
  readonly data: unknown;
}

/** The events of a Thing since its page was opened, the latest first. */
export function HappenedList({ thing, events }: Props): JSX.Element {
  const bench = useBench();
  const list = useSignal<readonly Happened[]>([]);
  useEffect(
    () =>
      bench.listen((event) => {
        if (event.kind !== "event" || event.thing !== thing) return;
        list.value = [event, ...list.peek()].slice(0, maxKept);
      }),
    [bench, thing],
  );
  if (list.value.length === 0) return <p class="soft">None since this page was opened.</p>;
  return (
    <ol class="plain happened">
      {list.value.map(({ number, at, name, data }) => (
        <li key={number} class="row">
          <span class="soft small">
            <Time at={at} />
          </span>
          {titleOf({ title: events[name]?.title ?? name }, name)}
          {data !== null && <Value value={data} schema={events[name]?.data} />}
        </li>
      ))}
    </ol>
  );
}

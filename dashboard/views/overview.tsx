import type { JSX } from "preact";
import { useBench } from "../bench/context.ts";
import type { ThingState } from "../bench/thing-state.ts";
import { placeOf } from "../route.ts";

/** All Things, how each is, and what it is doing. */
export function Overview(): JSX.Element {
  const { things } = useBench();
  return (
    <>
      <h1>Bench</h1>
      <ul class="things">
        {[...things.value.values()].map((thing) => (
          <ThingCard key={thing.name} thing={thing} />
        ))}
      </ul>
    </>
  );
}

function ThingCard({ thing }: { readonly thing: ThingState }): JSX.Element {
  const { invocations } = useBench();
  const going = [...invocations.value.values()].filter((one) => one.thing === thing.name && !one.ended);
  return (
    <li class="thing">
      <h2>
        <a href={placeOf("things", thing.name)}>{thing.title}</a>
      </h2>
      <p>
        <span class={`state ${thing.state}`}>{thing.state}</span> {thing.reason}
      </p>
      {going.map((one) => (
        <p key={one.id}>
          {one.action} {one.progress.value !== null && <progress max={100} value={one.progress.value} />}
        </p>
      ))}
    </li>
  );
}

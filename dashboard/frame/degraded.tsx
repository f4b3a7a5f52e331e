import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Bench } from "../bench/bench.ts";
import { useBench } from "../bench/context.ts";
import { type Known, troublesOf } from "../bench/troubles.ts";
import { watchHealth } from "../bench/watch-health.ts";
import { shortened } from "../parts/value-text.ts";
import { place, placeOf } from "../route.ts";

/** So many are told, each in so many characters; the rest is on the page of the bench. */
const [maxTold, maxWhy] = [6, 300];

/** What is not as it should be, and is not shown by what is looked at. */
export function Degraded(): JSX.Element {
  const bench = useBench();
  useEffect(() => watchHealth(bench, document), [bench]);
  const troubles = useComputed(() => troublesOf(knownOf(bench), place.value.path)).value;
  // How all of it is now nobody knows then, and that is told.
  if (bench.link.value.state === "lost") return <div role="status" />;
  const more = troubles.length - maxTold;
  return (
    <div role="status">
      {troubles.length > 0 && (
        <section class="notice warn" aria-label="Not as it should be">
          <ul class="plain">
            {troubles.slice(0, maxTold).map(({ what, why, at }) => (
              <li key={what + why}>
                <strong>{at ? <a href={placeOf(...at)}>{shortened(what, 100)}</a> : what}</strong>
                {why && `: ${shortened(why, maxWhy)}`}
              </li>
            ))}
            {more > 0 && (
              <li>
                and {more} more
                {place.value.path.length > 0 && (
                  <>
                    : <a href={placeOf()}>to the bench</a>
                  </>
                )}
              </li>
            )}
          </ul>
        </section>
      )}
    </div>
  );
}

const knownOf = ({ health, about, things, interlocks, alarms }: Bench): Known => ({
  ...{ health: health.value, interlocks: interlocks.value, alarms: alarms.value },
  safeMode: (about.value?.safeMode ?? null) !== null,
  things: [...things.value.values()].map(({ name, title, state, reason }) => ({
    ...{ name, title: title.value, state: state.value, reason: reason.value },
  })),
});

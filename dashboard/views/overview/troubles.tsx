import type { JSX } from "preact";
import { useBench } from "../../bench/context.ts";
import { Time } from "../../parts/time.tsx";
import { shortened } from "../../parts/value-text.ts";
import { placeOf } from "../../route.ts";

/** What is out of order on the bench as a whole: interlocks that have tripped, alarms that are raised. */
export function Troubles(): JSX.Element | null {
  const { interlocks, alarms } = useBench();
  const tripped = [...interlocks.value].filter(([, { tripped }]) => tripped);
  const raised = [...alarms.value].filter(([, { raised }]) => raised);
  if (tripped.length + raised.length === 0) return null;
  return (
    <section class="notice bad stack tight" aria-label="Out of order">
      {tripped.map(([name, { reason }]) => (
        <p key={`interlock ${name}`}>
          <strong>Interlock {name} has tripped.</strong> {shortened(reason ?? "", 300)}
        </p>
      ))}
      {raised.map(([name, { reason, since }]) => (
        <p key={`alarm ${name}`}>
          <strong>Alarm {name}</strong>
          {since !== null && (
            <>
              {" "}
              since <Time at={since} />
            </>
          )}
          {reason ? `: ${shortened(reason, 300)}` : ""}
        </p>
      ))}
      <p>
        <a href={placeOf("safety")}>To safety</a>
      </p>
    </section>
  );
}

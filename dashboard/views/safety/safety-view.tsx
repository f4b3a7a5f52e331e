import type { JSX } from "preact";
import { useBench } from "../../bench/context.ts";
import { Time } from "../../parts/time.tsx";
import { shortened } from "../../parts/value-text.ts";
import { placeOf } from "../../route.ts";
import { Alarms } from "./alarms.tsx";
import { AuditTrail } from "./audit-trail.tsx";
import { Interlocks } from "./interlocks.tsx";

/** What keeps the bench safe, how it stands, and who has done what to it. */
export function SafetyView(): JSX.Element {
  return (
    <div class="stack">
      <div class="row apart">
        <h1>Safety</h1>
        <a href={placeOf("calibrations")}>Calibrations</a>
      </div>
      <p class="hint">
        All of this is software, and no safety function: what must not fail is wired into the power of what it guards.
      </p>
      <EmergencyStop />
      <Interlocks />
      <Alarms />
      <AuditTrail />
    </div>
  );
}

function EmergencyStop(): JSX.Element {
  const { stopped, at, by } = useBench().emergencyStop.value;
  return (
    <section class="card stack tight">
      <div class="row apart">
        <h2>Emergency stop</h2>
        <span class={`badge ${stopped ? "bad" : "good"}`}>{stopped ? "latched" : "not latched"}</span>
      </div>
      {stopped ? (
        <p>
          Pressed{by && ` by ${shortened(by, 100)}`}
          {at && (
            <>
              {" "}
              at <Time at={at} />
            </>
          )}
          . It is cleared above, when it is known why.
        </p>
      ) : (
        <p class="soft">The button stops every Thing at the first press. Afterwards it says which has confirmed it.</p>
      )}
      <p>
        <a href={`${placeOf("safety")}?what=emergency_stop`}>When it was pressed and cleared, and by whom</a>
      </p>
    </section>
  );
}

import type { JSX } from "preact";
import type { Delivery, InvocationState } from "../../bench/invocation-state.ts";
import { placeOf } from "../../route.ts";
import { StateMark } from "../state-mark.tsx";
import { unitText } from "../unit-text.ts";
import { numberText } from "../value-text.ts";

const maxDrawn = 50;

/** What it has other Things do, the latest of it. */
export function Steps({ one }: { readonly one: InvocationState }): JSX.Element {
  const all = one.steps.value;
  const hidden = Math.max(0, all.length - maxDrawn);
  return (
    <>
      {hidden > 0 && <p class="soft small">{hidden} steps before these are not shown.</p>}
      <ol class="plain steps">
        {all.slice(hidden).map(({ n, thing, action, status, progress }) => (
          <li key={n} class="row">
            <StateMark state={status} />
            <span>
              <a href={placeOf("things", thing)}>{thing}</a> {action}
            </span>
            {status === "running" && progress !== null && (
              <progress aria-label={`${thing} ${action}`} max={100} value={progress} />
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

/** What has come out of it: wanted, confirmed by the device, and what nobody knows of. */
export function Deliveries({ one }: { readonly one: InvocationState }): JSX.Element | null {
  const all = one.delivery.value;
  if (all.length === 0) return null;
  return (
    <ul class="plain deliveries">
      {all.map((each) => (
        <li key={`${each.thing} ${each.unit}`}>
          {all.length > 1 && `${each.thing}: `}
          <DeliveryWords {...each} />
        </li>
      ))}
    </ul>
  );
}

function DeliveryWords({ unit, requested, confirmed, uncertain }: Delivery): JSX.Element {
  const symbol = unitText(unit);
  return (
    <>
      <b>
        {numberText(confirmed)} {symbol}
      </b>{" "}
      delivered
      {requested !== null && ` of ${numberText(requested)} ${symbol}`}
      {uncertain > 0 && (
        <span class="warn-words">
          , and perhaps {numberText(uncertain)} {symbol} more
        </span>
      )}
    </>
  );
}

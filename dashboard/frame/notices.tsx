import type { JSX } from "preact";
import { useBench } from "../bench/context.ts";
import { shortened } from "../parts/value-text.ts";
import { Latched } from "./clear-stop.tsx";
import { Degraded } from "./degraded.tsx";
import { LinkNotice } from "./link-sign.tsx";

/** What everybody has to know, whatever he looks at. */
export function Notices(): JSX.Element {
  const { about, ownLeases } = useBench();
  const { safeMode = null, openToAll = false } = about.value ?? {};
  const lost = ownLeases.lost.value.flatMap(({ things }) => things);
  return (
    <div class="notices">
      <LinkNotice />
      <Latched />
      {safeMode !== null && (
        <p class="notice warn">
          <strong>Safe mode: no device was opened.</strong> {shortened(safeMode, 1000)}
        </p>
      )}
      {openToAll && (
        <p class="notice warn">
          <strong>No token is asked of anybody:</strong> whoever can reach this gateway may run the instruments.
        </p>
      )}
      <Degraded />
      {lost.length > 0 && (
        <div class="notice warn row apart" role="status">
          <span>
            <strong>You do not have {lost.join(", ")} for yourself any more:</strong> the lease has run out, or somebody
            has broken it.
          </span>
          <button type="button" class="quiet" onClick={() => ownLeases.forgetLost()}>
            Dismiss
          </button>
        </div>
      )}
    </div>
  );
}

import type { JSX } from "preact";
import { useBench } from "../bench/context.ts";
import { may } from "../bench/may.ts";
import type { Lease } from "../bench/shapes.ts";
import { Until } from "../parts/duration.tsx";
import { Time } from "../parts/time.tsx";
import { shortened } from "../parts/value-text.ts";
import { BreakLease } from "./break-lease.tsx";
import { OwnLease } from "./own-lease.tsx";
import { TakeLease } from "./take-lease.tsx";

/** Who has a Thing for himself, and what can be done about it by whoever looks. */
export function ThingLease({ thing }: { readonly thing: string }): JSX.Element {
  const { about, leases, ownLeases } = useBench();
  const lease = leases.value.find(({ things }) => things.includes(thing));
  if (!lease)
    return (
      <section class="stack tight" aria-label="Lease">
        <p>Nobody has it for himself: whoever may operate it can.</p>
        {may(about.value, "operate", thing) && <TakeLease thing={thing} />}
      </section>
    );
  const own = ownLeases.has(lease.leaseNumber);
  return (
    <section class="stack tight" aria-label="Lease">
      <LeaseWords lease={lease} thing={thing} own={own} />
      {own && <OwnLease lease={lease} thing={thing} />}
      {!own && may(about.value, "configure", thing) && <BreakLease lease={lease} thing={thing} />}
    </section>
  );
}

interface Props {
  readonly lease: Lease;
  readonly thing: string;
  readonly own: boolean;
}

function LeaseWords({ lease, thing, own }: Props): JSX.Element {
  const { holder, note, until, things } = lease;
  const others = things.filter((one) => one !== thing);
  return (
    <div class={`notice ${own ? "good" : "warn"}`}>
      <p>
        <strong>{own ? "You have it for yourself" : `${shortened(holder, 100)} has it for himself`}</strong>
        {others.length > 0 && `, with ${others.slice(0, 10).join(", ")}`}
        {until !== null && (
          <>
            {" "}
            until <Time at={until} /> (<Until at={until} />)
          </>
        )}
        .
      </p>
      {note && <p>“{shortened(note, 500)}”</p>}
      {!own && <p class="small">Others can read and stop it, and nothing else.</p>}
    </div>
  );
}

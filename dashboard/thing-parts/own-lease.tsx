import type { JSX } from "preact";
import { useBench } from "../bench/context.ts";
import { pathOf } from "../bench/paths.ts";
import type { Lease } from "../bench/shapes.ts";
import { AskedNote } from "../parts/asked-note.tsx";
import { useAsk } from "../parts/use-ask.ts";
import { Minutes, secondsIn } from "./take-lease.tsx";

interface Props {
  readonly lease: Lease;
  readonly thing: string;
}

/** Have it longer, or give it back. */
export function OwnLease({ lease, thing }: Props): JSX.Element {
  const bench = useBench();
  const ask = useAsk();
  const path = pathOf(bench.about.value, thing, "lease");
  const prolong = (event: SubmitEvent) => {
    event.preventDefault();
    const seconds = secondsIn(new FormData(event.currentTarget as HTMLFormElement));
    void ask.send("POST", path, { body: { seconds } });
  };
  const giveBack = async () => {
    if (await ask.send("DELETE", path)) bench.ownLeases.drop(lease.leaseNumber);
  };
  const busy = ask.now.value.state === "busy";
  return (
    <form class="stack tight" onSubmit={prolong}>
      <div class="row">
        <Minutes />
        <button type="submit" class="foot" aria-disabled={busy}>
          Have it so long from now on
        </button>
        <button type="button" class="foot" aria-disabled={busy} onClick={() => void giveBack()}>
          Give it back
        </button>
      </div>
      <AskedNote asked={ask.now.value} />
    </form>
  );
}

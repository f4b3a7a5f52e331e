import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { useBench } from "../bench/context.ts";
import { pathOf } from "../bench/paths.ts";
import type { Lease } from "../bench/shapes.ts";
import { AskedNote } from "../parts/asked-note.tsx";
import { useAsk } from "../parts/use-ask.ts";
import { shortened } from "../parts/value-text.ts";

interface Props {
  readonly lease: Lease;
  readonly thing: string;
}

/** End somebody else's lease, who may have left; the reason is kept. */
export function BreakLease({ lease, thing }: Props): JSX.Element {
  const { about } = useBench();
  const ask = useAsk();
  const id = useId();
  const reason = useSignal("");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const query = { break: "true", reason: reason.peek().trim() };
    void ask.send("DELETE", pathOf(about.peek(), thing, "lease"), { query });
  };
  return (
    <details>
      <summary>End the lease of {shortened(lease.holder, 100)}…</summary>
      <form class="stack tight" onSubmit={submit}>
        <p class="small">
          Ask first, if you can. Why you end it is kept in the audit trail, with your name.
          {lease.things.length > 1 && ` It ends for all of these: ${lease.things.slice(0, 20).join(", ")}.`}
        </p>
        <div class="row">
          <div class="field grow">
            <label for={id}>Why</label>
            <input
              id={id}
              required
              maxLength={200}
              value={reason.value}
              onInput={(event) => {
                reason.value = event.currentTarget.value;
              }}
            />
          </div>
          <button type="submit" class="danger foot" disabled={reason.value.trim() === ""}>
            End it
          </button>
        </div>
        <AskedNote asked={ask.now.value} />
      </form>
    </details>
  );
}

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import type { InvocationState } from "../../bench/invocation-state.ts";
import { Ask } from "../ask.ts";
import { AskedNote } from "../asked-note.tsx";

interface Props {
  readonly one: InvocationState;
  /** Said where it stands beside a step: all of the invocation ends. */
  readonly whole?: boolean;
}

/** Cancels at the first press, and says so until its end is known. */
export function CancelButton({ one, whole = false }: Props): JSX.Element | null {
  const bench = useBench();
  const ask = useMemo(() => new Ask(bench), [bench]);
  const cancelling = useSignal(false);
  if (one.ended) return null;
  const { state } = ask.now.value;
  const press = async () => {
    const path = `${bench.about.peek()?.prefix ?? ""}/action_invocations/${encodeURIComponent(one.id)}`;
    if (await ask.send("DELETE", path, { again: "harmless", busy: "Cancelling…" })) cancelling.value = true;
  };
  return (
    <>
      <button type="button" class="cancel" aria-disabled={state === "busy"} onClick={() => void press()}>
        {cancelling.value ? "Cancelling…" : whole ? "Cancel the whole" : "Cancel"}
      </button>
      {state !== "done" && <AskedNote asked={ask.now.value} />}
    </>
  );
}

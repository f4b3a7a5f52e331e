import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Bench } from "../../bench/bench.ts";
import { place } from "../../route.ts";

/** An action, and the input to fill its form with. */
export interface InputToRepeat {
  readonly action: string;
  readonly value: unknown;
}

/** What the address asks to be filled in: `?action=dispense&as=ID`, the input of that invocation. Nothing is begun by it. */
export function useInputToRepeat(bench: Bench): InputToRepeat | undefined {
  const found = useSignal<InputToRepeat | undefined>(undefined);
  const action = place.value.query.get("action");
  const id = place.value.query.get("as");
  useEffect(() => {
    if (action === null || id === null) return;
    const leaving = new AbortController();
    const path = `${bench.about.peek()?.prefix ?? ""}/action_invocations/${encodeURIComponent(id)}`;
    const options = { signal: leaving.signal };
    bench.connection
      .get(path, options)
      .catch(() => bench.connection.get(`/gateway/history/${encodeURIComponent(id)}`, options))
      .then((told) => {
        found.value = { action, value: (told as { readonly input?: unknown }).input ?? {} };
      })
      // Nobody keeps it any more: then the form is there, as ever.
      .catch(() => {});
    return () => leaving.abort();
  }, [bench, action, id]);
  return found.value;
}

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useCallback, useEffect } from "preact/hooks";
import { useBench } from "../bench/context.ts";
import { refusalOf } from "../bench/load.ts";
import { may } from "../bench/may.ts";
import { AskedNote } from "../parts/asked-note.tsx";
import { useAsk } from "../parts/use-ask.ts";
import { Fault, type FaultState } from "./fault.tsx";

type Faults = Readonly<Record<string, FaultState>>;

/** What can go wrong with a simulated device, to be tried out; nothing where devices are real, or this one is none. */
export function ThingFaults({ thing }: { readonly thing: string }): JSX.Element | null {
  const { about, connection, link } = useBench();
  const faults = useSignal<Faults>({});
  const failed = useSignal("");
  const ask = useAsk();
  const mock = about.value?.mock ?? false;
  const { state } = link.value;
  const path = `/mock/${encodeURIComponent(thing)}/faults`;
  const read = useCallback(async () => {
    try {
      faults.value = (await connection.get(path)) as Faults;
      failed.value = "";
    } catch (error) {
      failed.value = refusalOf(error);
    }
  }, [connection, path]);
  useEffect(() => {
    if (mock && state === "live") void read();
  }, [mock, state, read]);
  const all = Object.entries(faults.value);
  if (!mock || all.length === 0) return null;
  const mayApply = may(about.value, "configure", thing);
  const active = all.filter(([, one]) => one.active !== null);
  const endAll = async () => {
    await ask.send("DELETE", path, { again: "harmless" });
    await read();
  };
  return (
    <details class="card simulated" open={active.length > 0}>
      <summary>
        <h2>Simulated faults</h2>
        {active.length > 0 && <span class="badge warn">{active.length} on</span>}
      </summary>
      <div class="stack tight">
        <div class="row apart">
          <p class="hint">
            This device is a simulated one. Here it is made to fail, to see what becomes of that; nothing real breaks.
          </p>
          {mayApply && active.length > 0 && (
            <button type="button" onClick={() => void endAll()}>
              End all
            </button>
          )}
        </div>
        {failed.value && <p class="problem">{failed.value}</p>}
        <AskedNote asked={ask.now.value} />
        <ul class="plain faults">
          {all.map(([name, fault]) => (
            <Fault key={name} {...{ name, fault, path, mayApply }} onChange={() => void read()} />
          ))}
        </ul>
      </div>
    </details>
  );
}

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useBench } from "../bench/context.ts";
import { may } from "../bench/may.ts";
import { Ask } from "../parts/ask.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Time } from "../parts/time.tsx";
import { shortened } from "../parts/value-text.ts";

/** That the emergency stop is latched, by whom, and how that is ended: asked twice, and for the press that is seen. */
export function Latched(): JSX.Element | null {
  const { emergencyStop, about } = useBench();
  const asked = useSignal<string | undefined>(undefined);
  const { stopped, at, by } = emergencyStop.value;
  if (!stopped) return null;
  return (
    <div class="notice bad row apart">
      <p>
        <strong>The emergency stop is latched</strong>
        {at && (
          <>
            {" "}
            since <Time at={at} />
          </>
        )}
        {by && ` (pressed by ${shortened(by, 100)})`}. Only reading and stopping is possible until it is cleared.
      </p>
      {may(about.value, "admin") ? (
        <button
          type="button"
          onClick={() => {
            asked.value = at ?? undefined;
          }}
        >
          Clear it…
        </button>
      ) : (
        <span class="small">To clear it, a token for admin is needed.</span>
      )}
      {asked.value !== undefined && (
        <ClearDialog
          pressed={asked.value}
          onClose={() => {
            asked.value = undefined;
          }}
        />
      )}
    </div>
  );
}

interface Props {
  /** When that was pressed which is to be cleared. */
  readonly pressed: string;
  readonly onClose: () => void;
}

function ClearDialog({ pressed, onClose }: Props): JSX.Element {
  const bench = useBench();
  const ask = useMemo(() => new Ask(bench), [bench]);
  const { state, words } = ask.now.value;
  const clear = async () => {
    const answer = await ask.send("DELETE", "/emergency_stop", { query: { pressed }, busy: "Clearing it…" });
    if (!answer) return;
    bench.stop.clear();
    onClose();
  };
  return (
    <Dialog title="Clear the emergency stop?" onClose={onClose}>
      <p>
        It was pressed at <Time at={pressed} />. Clear it only when it is known why, and nobody has his hands in
        anything. Nothing starts by itself.
      </p>
      {words !== "" && (
        <p role="alert" class={state === "busy" ? undefined : "problem"}>
          {words}
        </p>
      )}
      <div class="row">
        <button type="button" class="danger" disabled={state === "busy"} onClick={() => void clear()}>
          Yes, clear it
        </button>
        <button type="button" onClick={onClose}>
          No, leave it latched
        </button>
      </div>
    </Dialog>
  );
}

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useBench } from "../bench/context.ts";
import { isStop, stopKeys } from "./stop-keys.ts";

/** Stops everything at the first press. It is a software stop, no safety function. */
export function StopButton(): JSX.Element {
  const { stop, emergencyStop } = useBench();
  const latched = emergencyStop.value.stopped;
  return (
    <button
      type="button"
      class="stop"
      aria-keyshortcuts={stopKeys.aria}
      title={`Stops every Thing at once: ${stopKeys.shown}. A software stop, no safety function.`}
      onClick={() => void stop.press()}
    >
      {latched ? "Stop everything again" : "Stop everything"}
      <span class="keys" aria-hidden="true">
        {stopKeys.shown}
      </span>
    </button>
  );
}

/** The stop by its keys, wherever the focus is, before anything else on the page hears of them. */
export function useStopKeys(): void {
  const { stop } = useBench();
  useEffect(() => {
    const heard = (event: KeyboardEvent) => {
      if (!isStop(event)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      void stop.press();
    };
    window.addEventListener("keydown", heard, { capture: true });
    return () => window.removeEventListener("keydown", heard, { capture: true });
  }, [stop]);
}

import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useBench } from "../bench/context.ts";
import { refusalOf } from "../bench/load.ts";

const said = signal("");

/** Stops everything at the first press. It is a software stop, no safety function. */
export function StopButton(): JSX.Element {
  const { connection, emergencyStop } = useBench();
  const press = async () => {
    said.value = "Stopping…";
    try {
      const { status } = await connection.request("POST", "/emergency_stop");
      said.value = status === 202 ? "Stopped; not every device has confirmed it yet." : "Stopped.";
    } catch (error) {
      said.value = `NOT known to be stopped: ${refusalOf(error)}`;
    }
  };
  return (
    <div class="stop">
      <button type="button" class="stop" onClick={() => void press()}>
        {emergencyStop.value.stopped ? "Stopped: stop again" : "Stop everything"}
      </button>
      <p role="alert">{said}</p>
    </div>
  );
}

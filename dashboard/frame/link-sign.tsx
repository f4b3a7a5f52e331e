import type { JSX } from "preact";
import { useBench } from "../bench/context.ts";

const words = { connecting: "Connecting…", live: "Live", lost: "Connection lost" } as const;

/** Whether what the page shows is how the bench is. */
export function LinkSign(): JSX.Element {
  const { state, detail } = useBench().link.value;
  return (
    <p class={`link-sign ${state}`} role="status" title={detail}>
      {words[state]}
    </p>
  );
}

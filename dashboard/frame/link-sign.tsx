import type { JSX } from "preact";
import { useBench } from "../bench/context.ts";
import { second } from "../parts/tick.ts";
import { fullTime, secondsText, shortTime } from "../parts/time-text.ts";
import { shortened } from "../parts/value-text.ts";

const words = { connecting: "Connecting…", live: "Live", lost: "Connection lost" } as const;
const looks = { connecting: "busy", live: "good", lost: "bad" } as const;

/** Whether what the page shows is how the bench is, in a word. */
export function LinkSign(): JSX.Element {
  const { state } = useBench().link.value;
  return (
    <span class={`link-sign badge ${looks[state]}`} role="status">
      {words[state]}
    </span>
  );
}

/** The same in a sentence, while it is lost. */
export function LinkNotice(): JSX.Element | null {
  const { state, since, detail } = useBench().link.value;
  if (state !== "lost") return null;
  return (
    <div class="notice bad">
      <strong>
        Connection lost since <time dateTime={fullTime(since)}>{shortTime(since, Date.now())}</time>
      </strong>{" "}
      <Lasting since={since} />: what the page shows is how it was then. Trying again…{" "}
      <span class="small">{shortened(detail, 300)}</span>
    </div>
  );
}

/** By the browser's clock at either end. */
const Lasting = ({ since }: { readonly since: number }) => (
  <span class="nowrap" aria-hidden="true">
    ({secondsText(Math.max(0, second.value - since))})
  </span>
);

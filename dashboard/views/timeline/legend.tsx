import type { JSX } from "preact";
import type { Look } from "../../timeline/marks.ts";
import { signs, stateText } from "../../timeline/words.ts";

const looks: readonly Look[] = ["pending", "running", "completed", "cancelled", "error", "unknown"];
const parts = [
  ["wire", "waits for the wire"],
  ["prompt", "waits for a person"],
  ["cancel", "is being cancelled"],
] as const;

/** What the bars look like. */
export function Legend(): JSX.Element {
  return (
    <ul class="tl-legend" aria-label="Legend">
      {looks.map((look) => (
        <li key={look}>
          <svg class={`tl-bar ${look}`} width="28" height="14" aria-hidden="true">
            <rect class="whole" x="1" y="1" width="26" height="12" rx="3" />
            {look !== "pending" && <rect class="work" x="1" y="1" width="26" height="12" rx="3" />}
            <rect x="1" y="1" width="26" height="12" rx="3" fill={look in fills ? `url(#tl-${look})` : "none"} />
            <text x="10" y="11">
              {signs[look]}
            </text>
          </svg>
          {stateText(look)}
        </li>
      ))}
      {parts.map(([kind, text]) => (
        <li key={kind}>
          <svg class="tl-bar running" width="28" height="14" aria-hidden="true">
            <rect class="work" x="1" y="1" width="26" height="12" rx="3" />
            <rect class={`part ${kind}`} x="1" y="1" width="26" height="12" fill={`url(#tl-${kind})`} />
          </svg>
          {text}
        </li>
      ))}
    </ul>
  );
}

const fills = { cancelled: true, error: true, unknown: true };

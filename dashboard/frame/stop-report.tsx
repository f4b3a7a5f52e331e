import type { JSX } from "preact";
import { useBench } from "../bench/context.ts";
import { wordsOfStop } from "./stop-words.ts";

/** More names than these are a number. */
const maxNames = 12;

/** What came of pressing the stop: also that nobody knows. */
export function StopReport(): JSX.Element {
  const { stop } = useBench();
  const words = wordsOfStop(stop.now.value);
  return (
    <div role="alert" class="stop-report">
      {words && (
        <div class={`notice ${words.look} row apart`}>
          <div class="stack tight">
            <strong>{words.text}</strong>
            {words.unconfirmed.length > 0 && (
              <ul>
                {words.unconfirmed.slice(0, maxNames).map(([thing, why]) => (
                  <li key={thing}>
                    <strong>{thing}</strong> has not confirmed it: {why}
                  </li>
                ))}
                {words.unconfirmed.length > maxNames && <li>and {words.unconfirmed.length - maxNames} more</li>}
              </ul>
            )}
            {words.confirmed.length > 0 && (
              <span class="small">
                Confirmed by {words.confirmed.slice(0, maxNames).join(", ")}
                {words.confirmed.length > maxNames && ` and ${words.confirmed.length - maxNames} more`}.
              </span>
            )}
          </div>
          {stop.now.value.state !== "sending" && (
            <button type="button" class="quiet" onClick={() => stop.clear()}>
              Dismiss
            </button>
          )}
        </div>
      )}
    </div>
  );
}

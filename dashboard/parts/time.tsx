import type { JSX } from "preact";
import { useBench } from "../bench/context.ts";
import { fullTime, shortTime } from "./time-text.ts";

interface Props {
  /** RFC 3339, or ms since 1970; by the gateway's clock. */
  readonly at: string | number;
  /** Whether the clock was known to be right then; as it is now unless told. */
  readonly trusted?: boolean | undefined;
}

/** A time in the viewer's zone, marked where the gateway's clock is not known to be right. */
export function Time({ at, trusted }: Props): JSX.Element {
  const bench = useBench();
  const ms = typeof at === "number" ? at : Date.parse(at);
  const untrusted = (trusted ?? bench.about.value?.clock.trusted) === false;
  const full = fullTime(ms);
  const why = `the gateway's clock ${trusted === undefined ? "is" : "was"} not known to be right`;
  return (
    <time class="nowrap" dateTime={full} title={untrusted ? `${full}: ${why}` : full}>
      {shortTime(ms, bench.now())}
      {untrusted && (
        <span class="untrusted" role="img" aria-label={why}>
          ?
        </span>
      )}
    </time>
  );
}

import type { JSX } from "preact";
import { useBench } from "../bench/context.ts";
import { second } from "./tick.ts";
import { durationText, fullTime, secondsText } from "./time-text.ts";

/** How long something took, or takes; ms. */
export function Duration({ ms }: { readonly ms: number }): JSX.Element {
  return <span class="nowrap">{durationText(ms)}</span>;
}

interface Moment {
  /** RFC 3339, or ms since 1970; by the gateway's clock. */
  readonly at: string | number;
}

/** How long ago that was by now, by the gateway's clock; goes on by itself. */
export function Since({ at }: Moment): JSX.Element {
  const [ms, now] = useMoment(at);
  return <Counted at={ms} ms={Math.max(0, now - ms)} />;
}

/** How long it is until then, by the gateway's clock; goes on by itself, down to nothing. */
export function Until({ at }: Moment): JSX.Element {
  const [ms, now] = useMoment(at);
  return <Counted at={ms} ms={Math.max(0, ms - now)} />;
}

const Counted = ({ at, ms }: { readonly at: number; readonly ms: number }) => (
  <span class="nowrap" title={fullTime(at)}>
    {secondsText(ms)}
  </span>
);

function useMoment(at: string | number): readonly [at: number, now: number] {
  const { clockAhead } = useBench();
  return [typeof at === "number" ? at : Date.parse(at), second.value + clockAhead.value];
}

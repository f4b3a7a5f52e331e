import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { InvocationState, LogLine } from "../../bench/invocation-state.ts";
import { movable } from "../movable.ts";
import { Time } from "../time.tsx";
import { shortened } from "../value-text.ts";

/** More are not drawn at once. */
const maxDrawn = 300;
/** So near its end it goes along; px. */
const nearPx = 24;

/** What it says while it goes on. It goes along with its end, unless somebody has scrolled up. */
export function Log({ one }: { readonly one: InvocationState }): JSX.Element {
  const element = useRef<HTMLOListElement>(null);
  const follows = useSignal(true);
  const all = one.log.value;
  const lines = all.slice(-maxDrawn);
  useLayoutEffect(() => {
    const { current } = element;
    if (current && follows.peek()) current.scrollTop = current.scrollHeight;
  }, [lines]);
  if (all.length === 0) return <p class="soft small">It has said nothing{!one.ended && " so far"}.</p>;
  const scrolled = () => {
    const { current } = element;
    if (current) follows.value = current.scrollHeight - current.scrollTop - current.clientHeight < nearPx;
  };
  const first = lines[0]?.seq ?? 0;
  return (
    <div class="log">
      {first > 0 && <p class="soft small">{first} lines before these are not shown.</p>}
      <ol ref={element} class="plain" {...movable} aria-label="Log" onScroll={scrolled}>
        {lines.map((line) => (
          <Line key={line.seq} line={line} other={line.thing !== one.thing} />
        ))}
      </ol>
    </div>
  );
}

function Line({ line, other }: { readonly line: LogLine; readonly other: boolean }): JSX.Element {
  const { at, level, thing, message } = line;
  return (
    <li class={`level-${level}`}>
      <span class="soft">
        <Time at={at} />
      </span>{" "}
      {level !== "info" && <b>{level} </b>}
      {other && <span class="soft">{thing}: </span>}
      {shortened(message, 2000)}
    </li>
  );
}

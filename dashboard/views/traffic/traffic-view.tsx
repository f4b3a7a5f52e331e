import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import { saveBlob } from "../../parts/save.ts";
import { fullTime } from "../../parts/time-text.ts";
import { shortened } from "../../parts/value-text.ts";
import { placeOf } from "../../route.ts";
import { copyText } from "./copy-text.ts";
import { followTraffic } from "./follow-traffic.ts";
import { asText, filtered, type LineFilter, type ShownLine, TrafficLog } from "./traffic-log.ts";
import { Wire } from "./wire.tsx";

/** `#/traffic/THING`: what goes over its wires, as it goes. */
export function TrafficView({ rest: [thing] }: { readonly rest: readonly string[] }): JSX.Element {
  const { things } = useBench();
  return (
    <div class="stack">
      <h1>Traffic{thing === undefined ? "" : ` of ${thing}`}</h1>
      <nav class="row choose-thing" aria-label="Of which Thing">
        {[...things.value.keys()].map((name) => (
          <a key={name} href={placeOf("traffic", name)} aria-current={name === thing ? "page" : undefined}>
            {name}
          </a>
        ))}
      </nav>
      {thing !== undefined && <Traffic key={thing} thing={thing} />}
    </div>
  );
}

function Traffic({ thing }: { readonly thing: string }): JSX.Element {
  const { connection } = useBench();
  const log = useMemo(() => new TrafficLog(), []);
  const lines = useSignal<readonly ShownLine[]>([]);
  const problem = useSignal("");
  const asked = useSignal(false);
  const paused = useSignal(false);
  const tail = useSignal(true);
  const filter = useSignal<LineFilter>({ sought: "", direction: "both" });
  const shown = useComputed(() => filtered(lines.value, filter.value));
  const said = useSignal("");
  useEffect(() => {
    const leaving = new AbortController();
    const onChange = (why: string) => {
      problem.value = why;
      asked.value = true;
      if (!paused.peek()) lines.value = log.lines;
    };
    void followTraffic(connection, log, { thing, signal: leaving.signal, onChange });
    return () => leaving.abort();
  }, [connection, log, thing]);
  const frame = useRef<HTMLElement | null>(null);
  const last = shown.value.at(-1)?.n;
  useLayoutEffect(() => {
    if (tail.value && frame.current) frame.current.scrollTop = frame.current.scrollHeight;
  }, [last, tail.value]);
  const text = () => asText(shown.value, fullTime);
  return (
    <>
      <div class="row">
        <button
          type="button"
          aria-pressed={paused.value}
          onClick={() => {
            paused.value = !paused.value;
            if (!paused.value) lines.value = log.lines;
          }}
        >
          {paused.value ? "Go on" : "Pause"}
        </button>
        <label class="tick">
          <input
            type="checkbox"
            checked={tail.value}
            onChange={(event) => {
              tail.value = event.currentTarget.checked;
            }}
          />
          Follow the newest
        </label>
        <label class="row">
          Find
          <input
            type="search"
            value={filter.value.sought}
            onInput={(event) => {
              filter.value = { ...filter.value, sought: event.currentTarget.value };
            }}
          />
        </label>
        <label class="row">
          Show
          <select
            onChange={(event) => {
              const direction = event.currentTarget.value as LineFilter["direction"];
              filter.value = { ...filter.value, direction };
            }}
          >
            <option value="both">sent and received</option>
            <option value="sent">sent</option>
            <option value="received">received</option>
          </select>
        </label>
        <button
          type="button"
          onClick={async () => {
            said.value = (await copyText(text())) ? "Copied." : "This browser does not let a page copy here: save it.";
          }}
        >
          Copy
        </button>
        <button type="button" onClick={() => saveBlob(new Blob([text()], { type: "text/plain" }), `${thing}.txt`)}>
          Save
        </button>
        <span role="status" class="hint">
          {said}
        </span>
      </div>
      {problem.value && (
        <p role="alert" class="notice warn">
          Nothing new is told: {shortened(problem.value, 500)}
        </p>
      )}
      {asked.value && lines.value.length === 0 && !problem.value && (
        <p class="soft">Nothing went over its wires yet, or it has none.</p>
      )}
      <Wire
        {...{ label: `What ${thing} was sent, and has answered`, lines: shown.value, timeOf: exactTime, frame }}
        onScroll={() => {
          const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = frame.current ?? {};
          // Whoever looks further up is not torn away from it.
          tail.value = scrollHeight - scrollTop - clientHeight < 30;
        }}
      />
    </>
  );
}

/** `14:03:20.050`, in the viewer's zone. */
const exactTime = (at: number) => fullTime(at).slice(11, 23);

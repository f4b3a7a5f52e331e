import { type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Bench } from "../bench/bench.ts";
import { useBench } from "../bench/context.ts";
import { shortTime } from "../parts/time-text.ts";
import { unitText } from "../parts/unit-text.ts";
import { clockTick } from "./axis.ts";
import { LatestTable } from "./latest-table.tsx";
import type { Line } from "./line.ts";
import { Plot, type TimeAxis } from "./plot.tsx";
import type { Series } from "./series.ts";
import { watcherOf } from "./watchers.ts";

const minute = 60_000;
const spans = [
  ["1 min", minute],
  ["10 min", 10 * minute],
  ["1 h", 60 * minute],
] as const;

/** A line, and what is known of it. */
export interface Shown {
  readonly line: Line;
  readonly series: Series;
}

interface Props {
  readonly lines: readonly Line[];
  /** How each is called. */
  readonly nameOf: (line: Line) => string;
}

/** Numbers as they come, under one another over the same time; as long as it is there they are observed. */
export function PlotStack({ lines, nameOf }: Props): JSX.Element {
  const bench = useBench();
  const shown = useShown(lines, bench);
  const width = useSignal<number>(minute);
  const paused = useSignal<number | undefined>(undefined);
  const cursor = useSignal<number | undefined>(undefined);
  const axis = useMemo(() => liveAxis(bench, width, paused, cursor), [bench, width, paused, cursor]);
  const untrusted = bench.about.value?.clock.trusted === false;
  return (
    <div class="plots">
      <div class="row">
        <fieldset class="segments" aria-label="How much time is shown">
          {spans.map(([words, ms]) => (
            <button
              key={words}
              type="button"
              aria-pressed={width.value === ms}
              onClick={() => {
                width.value = ms;
              }}
            >
              {words}
            </button>
          ))}
        </fieldset>
        <button
          type="button"
          aria-pressed={paused.value !== undefined}
          onClick={() => {
            paused.value = paused.value === undefined ? bench.now() : undefined;
          }}
        >
          {paused.value === undefined ? "Pause" : "Go on"}
        </button>
        {paused.value !== undefined && (
          <span class="soft">As it was at {shortTime(paused.value, bench.now())}; values still come in.</span>
        )}
        {untrusted && <span class="hint">Times are by the gateway's clock, which is not known to be right.</span>}
      </div>
      {shown.value.map(({ line, series }, n) => (
        <Plot
          key={line.key}
          title={nameOf(line)}
          label={`${line.thing}: ${line.title}`}
          unit={unitText(line.unit)}
          {...{ series, axis, colour: n }}
        />
      ))}
      <LatestTable shown={shown.value} nameOf={nameOf} axis={axis} />
    </div>
  );
}

function liveAxis(
  bench: Bench,
  width: Signal<number>,
  paused: Signal<number | undefined>,
  cursor: Signal<number | undefined>,
): TimeAxis {
  return {
    cursor,
    held: true,
    tick: clockTick,
    text: (at) => shortTime(at, bench.now()),
    span() {
      const to = paused.peek() ?? bench.now();
      return [to - width.peek(), to];
    },
  };
}

/** Those that stay are watched on. */
function useShown(lines: readonly Line[], bench: Bench): ReadonlySignal<readonly Shown[]> {
  const shown = useSignal<readonly Shown[]>([]);
  const watched = useRef(new Map<string, { readonly one: Shown; readonly stop: () => void }>());
  const keys = lines.map(({ key }) => key).join(" ");
  useEffect(() => {
    const [before, watcher] = [watched.current, watcherOf(bench)];
    for (const [key, { stop }] of before) {
      if (lines.some((line) => line.key === key)) continue;
      stop();
      before.delete(key);
    }
    for (const line of lines) {
      if (before.has(line.key)) continue;
      const { series, stop } = watcher.watch(line);
      before.set(line.key, { one: { line, series }, stop });
    }
    shown.value = lines.flatMap(({ key }) => before.get(key)?.one ?? []);
  }, [keys, bench]);
  useEffect(
    () => () => {
      for (const { stop } of watched.current.values()) stop();
      watched.current.clear();
    },
    [bench],
  );
  return shown;
}
